"""A durable queue of writes on their way to Cassandra."""
