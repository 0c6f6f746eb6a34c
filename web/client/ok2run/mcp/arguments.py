"""A tool's arguments, read one by one; what does not fit is refused in a sentence."""

from collections.abc import Mapping

from ok2run.mcp.gateway import Json

LONGEST = 7 * 24 * 3600  # seconds, as the gate's longest life of an approval


class WrongArguments(Exception):
    """The call does not fit the tool; the message says what to change."""


class Arguments:
    """The arguments of one call; null is the same as left out."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = {name: value for name, value in given.items() if value is not None}

    def text(self, name: str, *others: str) -> str | None:
        """Return a text under the first of these names that is given."""
        for each in (name, *others):
            value = self._given.get(each)
            if value is not None:
                if not isinstance(value, str):
                    raise WrongArguments(f"{each} must be a text.")
                return value
        return None

    def needed(self, name: str, *others: str) -> str:
        """Return a text that must be there and not be empty."""
        value = self.text(name, *others)
        if not value or not value.strip():
            raise WrongArguments(f"{name} is missing: give a text.")
        return value

    def count(self, name: str, *, most: int = LONGEST) -> int | None:
        """Return a whole number from 1 to `most`."""
        value = self._given.get(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise WrongArguments(f"{name} must be a whole number from 1 to {most}.")
        return value

    def flag(self, name: str) -> bool:
        """Return a switch; left out is false."""
        value = self._given.get(name, False)
        if not isinstance(value, bool):
            raise WrongArguments(f"{name} must be true or false.")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; left out is empty."""
        value = self._given.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise WrongArguments(f"{name} must be a list of texts.")
        return value

    def object(self, name: str) -> Json | None:
        """Return a JSON object."""
        value = self._given.get(name)
        if value is not None and not isinstance(value, dict):
            raise WrongArguments(f"{name} must be an object.")
        return value

    def target(self) -> Json | None:
        """Return where to ask, of whichever addresses are given; a chat id may be a number."""
        found: Json = {}
        for name in ("tg_chat_id", "email_to"):
            value = self._given.get(name)
            if value is None or value == "":
                continue
            if not isinstance(value, str | int) or isinstance(value, bool):
                raise WrongArguments(f"{name} must be a text.")
            found[name] = value
        return found or None
