"""The agent side of ok2run: ask a person first, then act. Standard library only."""
