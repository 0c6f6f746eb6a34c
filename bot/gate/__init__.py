"""The use cases, over ports: asyncio, no framework, no SQL."""
