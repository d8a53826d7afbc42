"""Speed, measured from outside and beside peers: `make bench`."""
