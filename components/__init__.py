"""What people see: a package for each page or panel, and `page.py`, which composes them."""
