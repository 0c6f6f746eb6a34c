"""Where people are asked, one slice a channel."""
