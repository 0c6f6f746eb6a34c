"""Faults on purpose: kills, stops and restarts of the real daemon, and proof of what is synced."""
