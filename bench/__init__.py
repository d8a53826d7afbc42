"""Benchmarks of the running application, with alternatives measured in the same run."""
