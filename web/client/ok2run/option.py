"""What a command line's values may be; argparse tells the person what is wrong with one."""

import argparse
import json


def json_object(text: str) -> dict[str, object]:
    """Read a JSON object."""

    def refuse(constant: str) -> None:
        raise argparse.ArgumentTypeError(f"{constant} is not JSON")

    try:
        value: object = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError('it must be a JSON object, as in {"env": "prod"}')
    return value


def positive(text: str) -> int:
    """Read a whole number above 0."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError("it must be a whole number above 0")
    return int(text)


def seconds(text: str) -> int:
    """Read a number of seconds, or 0."""
    return 0 if text == "0" else positive(text)
