"""What the tests of connecting share."""

from tests.client.connect.kit import home

__all__ = ["home"]
