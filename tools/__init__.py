"""Development tools: servers, browsers and sample drawings for tests and benchmarks."""
