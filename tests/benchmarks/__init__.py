"""How fast the daemon is, beside the same server without a store: `python -m tests.benchmarks`."""
