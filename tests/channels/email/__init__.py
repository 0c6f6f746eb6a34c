"""Tests, as the tree has it."""
