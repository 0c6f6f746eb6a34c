"""The process: everything that decides and everything that remembers."""
