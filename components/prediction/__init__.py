"""The reading on the page: bars that follow the pen, and what was recorded."""
