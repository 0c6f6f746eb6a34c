"""Small pages for people."""
