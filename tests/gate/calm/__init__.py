"""Reminders, escalation and quiet hours through the whole gate."""
