"""The adapters with the real packages and their own stand-ins for a model."""
