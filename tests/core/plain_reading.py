"""The rules read a second time, from their documents, as plainly as can be: no index, no classes.

Only what a command line runs is left to the rules themselves.
"""

import re

from bot.core.approval import Kind
from bot.core.fault import Faults, Place
from bot.core.match_document import read_match
from bot.core.policy import Policy
from bot.core.policy_document import document_of
from bot.core.subject import Sight, Subject

LEVELS = ["low", "normal", "high", "critical"]
UNKNOWN = "unknown"
ABSENT = object()


def allows(policies: tuple[Policy, ...], subject: Subject) -> bool:
    """Whether the rules allow the request for certain: a doubt before it is a no."""
    rules = [
        rule
        for policy in sorted(policies, key=lambda policy: policy.priority)
        if policy.is_enabled
        for rule in document_of(policy)["rules"]
    ]
    found = [(rule, holds(rule["match"], subject, rule["decision"] == "allow")) for rule in rules]
    if any(truth is not False for rule, truth in found if rule.get("strict")):
        return False
    for rule, truth in found:
        if rule["decision"] != "allow" and truth is not False:
            return False
        if rule["decision"] == "allow" and truth is True:
            return subject.kind is Kind.ACTION and set(subject.floor) <= set(rule.get("lifts", []))
    return False


def holds(match: dict, subject: Subject, by_proof: bool, outer: dict | None = None) -> object:
    """True, False or UNKNOWN for a match; `outer` are the keys of those around it."""
    named = {"action": match["action"]} if "action" in match else outer or {}
    return conjunction(
        negation(holds(value, subject, by_proof))
        if key == "not"
        else disjunction(holds(one, subject, by_proof, named) for one in value)
        if key == "any"
        else conjunction(holds(one, subject, by_proof, named) for one in value)
        if key == "all"
        else command_holds(value, subject, by_proof, named)
        if key == "command"
        else passes(value, value_at(key, subject), is_level=key in {"risk", "urgency"})
        for key, value in match.items()
    )


def command_holds(value: object, subject: Subject, by_proof: bool, named: dict) -> object:
    match = read_match(named | {"command": value}, Place(), Faults())
    truth = match.conditions[-1].truth(Sight(subject), by_proof=by_proof)
    return UNKNOWN if truth is None else truth


def value_at(key: str, subject: Subject) -> object:
    first, *rest = key.split(".")
    value = getattr(subject, first)
    value = getattr(value, "value", value)
    if not rest:
        return ABSENT if value in {None, ""} and (first != "cwd" or value is None) else value
    for name in rest:
        value = value[name] if isinstance(value, dict) and name in value else ABSENT
    return value


def passes(tests: object, value: object, *, is_level: bool = False) -> object:
    if not isinstance(tests, dict):
        tests = {"equals": tests}
    return conjunction(one_passes(key, operand, value, is_level) for key, operand in tests.items())


def one_passes(operator: str, operand: object, value: object, is_level: bool) -> object:
    if operator == "exists":
        return (value is not ABSENT) == operand
    if operator == "any":
        return disjunction(passes(one, value, is_level=is_level) for one in operand)
    if operator == "not":
        return negation(passes(operand, value, is_level=is_level))
    if value is ABSENT:
        return UNKNOWN
    if operator == "equals":
        return same(value, operand)
    if operator == "in":
        return any(same(value, one) for one in operand)
    if operator in {"glob", "regex"}:
        return fits(operator, operand, value)
    if is_level:
        value, operand = LEVELS.index(value), LEVELS.index(operand)
    if type(value) not in {int, float} or value != value:  # not a number
        return UNKNOWN
    return {
        "lt": value < operand,
        "lte": value <= operand,
        "gt": value > operand,
        "gte": value >= operand,
    }[operator]


def same(value: object, operand: object) -> bool:
    kinds = {type(value), type(operand)}
    return value == operand and (len(kinds) == 1 or kinds == {int, float})


def fits(operator: str, pattern: str, value: object) -> object:
    if not isinstance(value, str) or "\ud800" in value or len(value) > 60_000:
        return UNKNOWN
    if operator == "regex":
        if pattern == r"\pL\pL" and len(value.encode()) > 417:
            return UNKNOWN  # a large program, so that it takes short texts only
        if "{150}" in pattern and len(value) > 6_000:
            return UNKNOWN
        pattern = {r"\pL\pL": r"[^\W\d_]{2}", "(a|aa)+$": r"a\Z"}.get(pattern, pattern)
        return re.search(pattern, value) is not None
    parts = value.split("/")
    if "/" in pattern and ".." in parts:
        return UNKNOWN
    if pattern.startswith("/") and ("//" in value or "." in parts[1:]):
        return UNKNOWN
    wild = {"**/": "(.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.findall(r"\*\*/|\*\*|\*|\?|\[a-z\]|.", pattern)
    translated = "".join(
        wild.get(one, one if one == "[a-z]" else re.escape(one)) for one in pieces
    )
    return re.fullmatch(translated, value, re.DOTALL) is not None


def conjunction(truths: object) -> object:
    found = list(truths)
    return False if False in found else UNKNOWN if UNKNOWN in found else True


def disjunction(truths: object) -> object:
    found = list(truths)
    return True if True in found else UNKNOWN if UNKNOWN in found else False


def negation(truth: object) -> object:
    return truth if truth == UNKNOWN else not truth
