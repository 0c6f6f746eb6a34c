"""Rules read as one policy, and what is said of them."""

from bot.core.policy_document import Reading, read_policy


def read(*rules: object, **changes: object) -> Reading:
    return read_policy({"name": "shop", "rules": list(rules)} | changes)


def said(*rules: object, **changes: object) -> list[str]:
    reading = read(*rules, **changes)
    assert bool(reading.faults) != bool(reading.policies)
    return [str(fault) for fault in reading.faults]


def rule(**changes: object) -> dict[str, object]:
    return {"match": {}, "decision": "ask"} | changes
