"""What agents and operators call."""
