"""The pure core, tested with values alone."""
