"""The suite: it mirrors the tree, and its names are sentences."""
