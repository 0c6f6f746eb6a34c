"""AgentGate's form of a rule, told as one of ours.

Its paths look into the parameters first and then into the context; nothing that an agent sends
stands in for the action, the status or the urgency. All of several operators hold.
"""

from typing import Final

from bot.core.action import Json
from bot.core.fault import Faults, Place
from bot.core.routing_document import CHANNELS

_DECISIONS: Final[dict[Json, str]] = {
    "auto_approve": "allow",
    "auto_deny": "deny",
    "route_to_human": "ask",
    "route_to_agent": "ask",
}
_OPERATORS: Final = {
    "$in": "in", "$regex": "regex", "$lt": "lt", "$lte": "lte", "$gt": "gt", "$gte": "gte",
}  # fmt: skip
_ASKING: Final = ("approvers", "channels", "require_reason")
_STATUS: Final = "pending"  # of whatever is being judged


def is_dialect(rule: dict[str, Json]) -> bool:
    """Tell whether a rule is written in that form: by the word of its decision."""
    decision = rule.get("decision")
    return isinstance(decision, str) and decision in _DECISIONS


def translated(rule: dict[str, Json], place: Place, faults: Faults) -> dict[str, Json]:
    """Return the same rule in our form; what has no effect there is left out, with a warning."""
    document = dict(rule)
    document["decision"] = _DECISIONS[rule["decision"]]
    document["match"] = _translated_match(rule.get("match"))
    if "requireReason" in document:
        document["require_reason"] = document.pop("requireReason")
    channels = document.get("channels")
    if isinstance(channels, list):
        known = [name for name in channels if _is_channel(name)]
        if len(known) < len(channels):
            faults.warn(place.at("channels"), "what is not written type:target is left out.")
        document["channels"] = known
    for key in _ASKING:
        if document["decision"] != "ask" or document.get(key) in ([], None):
            document.pop(key, None)
    return document


def _is_channel(name: Json) -> bool:
    return isinstance(name, str) and name.partition(":")[0] in CHANNELS


def _translated_match(match: Json) -> Json:
    if match == []:
        return {}
    if not isinstance(match, dict) or not all(isinstance(path, str) for path in match):
        return match
    document: dict[str, Json] = {}
    bare: list[Json] = []
    for path, value in match.items():
        tests = _translated_tests(value)
        if path == "status":
            if isinstance(value, dict) and value.keys() != {"$in"}:
                document[path] = tests  # no key of ours, so that it is told as a fault
            elif not _is_pending(value):
                bare.append({"not": {}})
        elif path in {"action", "urgency"} or path.startswith(("params.", "context.")):
            document[path] = tests
        else:
            bare.append(_anywhere(path, tests))
    if bare:
        document["all"] = bare
    return document


def _anywhere(path: str, tests: Json) -> Json:
    """Return the condition on a path in the parameters, or else in the context."""
    given = tests if isinstance(tests, dict) else {"equals": tests}
    return {
        "any": [
            {f"params.{path}": {**given, "exists": True}},
            {f"params.{path}": {"exists": False}, f"context.{path}": tests},
        ]
    }


def _is_pending(value: Json) -> bool:
    wanted = value.get("$in") if isinstance(value, dict) else [value]
    return isinstance(wanted, list) and _STATUS in wanted


def _translated_tests(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {_OPERATORS.get(operator, operator): operand for operator, operand in value.items()}
