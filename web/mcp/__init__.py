"""The gate's tools for agents over MCP's streamable HTTP."""
