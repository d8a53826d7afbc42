"""What the page and HTTP share."""
