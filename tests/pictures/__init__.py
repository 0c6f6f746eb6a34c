"""The README's pictures, made from the running program."""
