"""Find the digits in any image with a small learned detector."""
