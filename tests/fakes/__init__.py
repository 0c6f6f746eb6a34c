"""Peers that speak the real wire: tests talk to them as the bot talks to the outside."""
