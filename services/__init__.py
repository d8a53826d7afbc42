"""What the page and HTTP share: predictions, accuracy, identity, and a local Cassandra."""
