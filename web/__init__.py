"""The process's HTTP: agents' routes and people's pages."""
