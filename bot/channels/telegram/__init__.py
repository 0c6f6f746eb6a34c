"""Telegram: cards out, taps and words in."""
