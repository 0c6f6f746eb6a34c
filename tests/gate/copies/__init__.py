"""Alike asks that share one card."""
