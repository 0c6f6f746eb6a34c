"""Real coding agents, from npm, against stand-ins for their models; see `package.py`."""
