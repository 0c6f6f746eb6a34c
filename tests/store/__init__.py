"""Where the gate remembers, on every engine; one engine's own is in files of its name."""
