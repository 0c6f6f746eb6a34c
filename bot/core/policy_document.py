"""Policies as they are written, in a file or over HTTP: read with all faults at once, and back.

A document with a fault gives no policy at all: a deny rule that was left out would be a hole.
"""

import math
from dataclasses import dataclass
from typing import Final

from bot.core.action import Json
from bot.core.fault import Fault, Faults, Place
from bot.core.match import Command, Every, Field, conditions_within
from bot.core.match_document import read_match
from bot.core.policy import DEFAULT_PRIORITY, Policy, Rule, Verdict
from bot.core.policy_dialect import is_dialect, translated
from bot.core.policy_warning import warnings_of
from bot.core.risk import FLOOR_CLASSES
from bot.core.routing import Routing
from bot.core.routing_document import ROUTING_KEYS, document_of_routing, read_routing
from bot.core.subject import Sight
from bot.core.subject_document import read_subject, subject_of_command

_RULE_KEYS: Final = (
    "match", "decision", "because", "name", "strict", "lifts", "matches", "does_not_match",
    *ROUTING_KEYS,
)  # fmt: skip
_POLICY_KEYS: Final = ("name", "priority", "enabled", "rules", "rule")
_FILE_KEYS: Final = ("policy", "policies")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document says: its policies, none where it has faults, and what to warn of."""

    policies: tuple[Policy, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


def read_policy(document: object) -> Reading:
    """Return the one policy of a document: `{name, priority, enabled, rules: [...]}`."""
    faults = Faults()
    return _reading([_policy(document, 1, faults)], faults)


def read_policies(document: object) -> Reading:
    """Return the policies of a file: `{policy: [{name, priority, enabled, rule: [...]}]}`."""
    faults = Faults()
    table = faults.table(document, Place())
    for key in table.keys() - set(_FILE_KEYS):
        faults.add(Place().at(key), "is not a key of a policy file; it holds [[policy]] tables.")
    policies: list[Policy] = []
    for key in _FILE_KEYS:
        written = table.get(key, [])
        if not isinstance(written, list):
            faults.add(Place().at(key), "must be a list of policies.")
            continue
        for one in written:
            policies.append(_policy(one, len(policies) + 1, faults))
    names = [policy.name for policy in policies]
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        faults.add(_place(name, 0), "is the name of more than one policy.")
    return _reading(policies, faults)


def document_of(policy: Policy) -> dict[str, Json]:
    """Return a policy as it is written; read again it is the same policy."""
    return {
        "name": policy.name,
        "priority": policy.priority,
        "enabled": policy.is_enabled,
        "rules": [document_of_rule(rule) for rule in policy.rules],
    }


def document_of_rule(rule: Rule) -> dict[str, Json]:
    """Return a rule as it is written, without what is as usual."""
    document: dict[str, Json] = {"match": rule.match.table(), "decision": rule.decision.value}
    if rule.name:
        document["name"] = rule.name
    if rule.because:
        document["because"] = rule.because
    if rule.is_strict:
        document["strict"] = True
    if rule.lifts:
        document["lifts"] = list(rule.lifts)
    document |= document_of_routing(rule.routing)
    if rule.matches:
        document["matches"] = list(rule.matches)
    if rule.does_not_match:
        document["does_not_match"] = list(rule.does_not_match)
    return document


def _reading(policies: list[Policy], faults: Faults) -> Reading:
    if faults.found:
        return Reading(faults=tuple(faults.found), warnings=tuple(faults.warnings))
    warnings = (*faults.warnings, *warnings_of(policies))
    return Reading(policies=tuple(policies), warnings=warnings)


def _place(name: str, number: int) -> Place:
    return Place(within=f'policy "{name}"' if name else f"policy {number}")


def _policy(document: object, number: int, faults: Faults) -> Policy:
    table = faults.table(document, _place("", number))
    given = table.get("name")
    name = given.strip() if isinstance(given, str) else ""
    shown = "".join(sign if sign.isprintable() else "�" for sign in name[:_LONGEST_NAME])
    place = _place(shown, number)
    faults.text(given, place.at("name"), longest=_LONGEST_NAME)
    for key in table.keys() - set(_POLICY_KEYS):
        faults.add(place.at(key), "is not a key of a policy; there are name, priority, enabled, "
                   "rules.")  # fmt: skip
    rules = table.get("rules", table.get("rule", []))
    if not isinstance(rules, list):
        faults.add(place.at("rules"), "must be a list of rules.")
        rules = []
    if "rules" in table and "rule" in table:
        faults.add(place, "has both rule and rules; write one of them.")
    return Policy(
        name=name,
        priority=_priority(table.get("priority", DEFAULT_PRIORITY), place.at("priority"), faults),
        is_enabled=faults.flag(table.get("enabled", True), place.at("enabled")),
        rules=tuple(
            _rule(rule, Place(within=f"{place.within}, rule {at}"), faults)
            for at, rule in enumerate(rules, 1)
        ),
    )


def _priority(value: Json, place: Place, faults: Faults) -> float:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    faults.add(place, "must be a number; the lower is judged first.")
    return DEFAULT_PRIORITY


def _rule(document: object, place: Place, faults: Faults) -> Rule:
    before = len(faults.found)
    table = faults.table(document, place)
    if is_dialect(table):
        table = translated(table, place, faults)
    for key in table.keys() - set(_RULE_KEYS):
        faults.add(place.at(key), f"is not a key of a rule; there are {', '.join(_RULE_KEYS)}.")
    decision = _decision(table.get("decision"), place.at("decision"), faults)
    if "match" not in table:
        faults.add(place.at("match"), "is missing; an empty one is a rule about everything.")
    rule = Rule(
        match=read_match(table.get("match", {}), place.at("match"), faults),
        decision=decision,
        name=_text(table, "name", place, faults),
        because=_text(table, "because", place, faults),
        is_strict=faults.flag(table.get("strict", False), place.at("strict")),
        lifts=_lifts(table, place, faults),
        routing=_routing(table, decision, place, faults),
        matches=_tests(table, "matches", place, faults),
        does_not_match=_tests(table, "does_not_match", place, faults),
    )
    if rule.is_strict and decision is Verdict.ALLOW:
        faults.add(place.at("strict"), "goes with ask and deny; an allow is never strict.")
    if rule.lifts and decision is not Verdict.ALLOW:
        faults.add(place.at("lifts"), "goes with allow: a rule that asks lifts nothing.")
    if len(faults.found) == before:
        _check(rule, place, faults)
    return rule


def _decision(value: Json, place: Place, faults: Faults) -> Verdict:
    known = [verdict.value for verdict in Verdict]
    if isinstance(value, str) and value in known:
        return Verdict(value)
    faults.add(place, f"must be one of {', '.join(known)}.")
    return Verdict.ASK


def _text(table: dict[str, Json], key: str, place: Place, faults: Faults) -> str:
    return faults.text(table[key], place.at(key)) if key in table else ""


def _lifts(table: dict[str, Json], place: Place, faults: Faults) -> tuple[str, ...]:
    if "lifts" not in table:
        return ()
    place = place.at("lifts")
    names = faults.texts(table["lifts"], place)
    for number, name in enumerate(names, 1):
        if name and name not in FLOOR_CLASSES:
            faults.add(
                place.at(number),
                f"is no class of the floor; there are {', '.join(FLOOR_CLASSES)}.",
            )
    return names


def _routing(table: dict[str, Json], decision: Verdict, place: Place, faults: Faults) -> Routing:
    if decision is not Verdict.ASK:
        for key in ROUTING_KEYS:
            if key in table:
                faults.add(place.at(key), "goes with ask: nobody is asked by this rule.")
    return read_routing(table, place, faults)


def _tests(table: dict[str, Json], key: str, place: Place, faults: Faults) -> tuple[Json, ...]:
    return tuple(faults.items(table[key], place.at(key))) if key in table else ()


def _check(rule: Rule, place: Place, faults: Faults) -> None:
    """Judge the rule by its own tests; keep a fault for each that it fails."""
    for key, tests, wanted in (
        ("matches", rule.matches, True),
        ("does_not_match", rule.does_not_match, False),
    ):
        for number, test in enumerate(tests, 1):
            at = place.at(key).at(number)
            before = len(faults.found)
            tried, sight = _tried(rule, test, at, faults)
            if len(faults.found) > before:
                continue
            truth = tried.truth(sight)
            if wanted and not truth:
                faults.add(at, f"does not match: {tried.why_not(sight)}.")
            elif not wanted and truth:
                faults.add(at, "matches.")
            elif not wanted and truth is None and rule.decision is not Verdict.ALLOW:
                faults.add(at, f"would be asked about: {tried.why_not(sight)}.")


def _tried(rule: Rule, test: Json, place: Place, faults: Faults) -> tuple[Rule, Sight]:
    """Return the rule and the request of one test.

    A command line tests what the rule says of commands; whatever else it asks for is taken to
    hold, and the action to be the first that it names.
    """
    if not isinstance(test, str):
        return rule, Sight(read_subject(test, place, faults))
    about_commands = tuple(
        one
        for one in rule.match.conditions
        if any(isinstance(inner, Command) for inner in conditions_within(Every(conditions=(one,))))
    )
    if not about_commands:
        faults.add(place, "is a command line, but the rule has no command; write a request.")
    tried = Rule(match=Every(conditions=about_commands), decision=rule.decision)
    return tried, Sight(subject_of_command(test, action=_named_action(rule)))


def _named_action(rule: Rule) -> str:
    for condition in rule.match.conditions:
        if isinstance(condition, Field) and condition.path == ("action",):
            operator, operand = condition.tests[0].document()
            named = operand[0] if isinstance(operand, list) else operand
            if operator in {"equals", "in"} and isinstance(named, str):
                return named
    return "Bash"
