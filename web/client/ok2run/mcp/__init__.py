"""The gate as MCP tools: defined once, served over stdio here and over HTTP by the daemon."""
