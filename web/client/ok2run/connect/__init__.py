"""`ok2run connect`: puts the gate's hooks into a coding agent's settings, and takes them out."""
