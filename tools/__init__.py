"""Development tools: a server and a browser for tests, benchmarks and screenshots."""
