"""How long judging a request takes with few rules and with many: alone, or as a part of all."""

import statistics
import time
from collections.abc import Callable, Sequence

from bot.core.action import Action, Json
from bot.core.policy import Policy
from bot.core.policy_document import read_policy
from bot.core.policy_index import PolicyIndex
from bot.core.risk import assess
from bot.core.subject import Subject, subject_from
from bot.core.subject_document import subject_of_command
from tests.benchmarks.table import Figures, Row, as_text

FEW, MANY = 10, 10_000
_MOST_MORE = 100.0  # microseconds

# What the n-th rule of a kind matches.
_MATCHES: dict[str, Callable[[int], dict[str, Json]]] = {
    "action": lambda n: {"action": f"tool-{n}"},
    "agent in": lambda n: {"agent": {"in": [f"agent-{n}", f"agent-{n}-b"]}},
    "cwd glob": lambda n: {"cwd": {"glob": f"/srv/project-{n}/**"}},
    "anchored regex": lambda n: {
        "params.url": {"exists": True, "regex": rf"^https://host-{n}\.example\.com/"}
    },
    "searching regex": lambda n: {"params.note": {"exists": True, "regex": f"ticket {n}\\b"}},
    "interval": lambda n: {"params.amount": {"exists": True, "gte": n * 10, "lt": n * 10 + 10}},
    "command begins with": lambda n: {"command": {"begins_with": ["npm", "run", f"task-{n}"]}},
    "command equals": lambda n: {"command": f"make target-{n}"},
    "any of two": lambda n: {"any": [{"session": f"run-{n}"}, {"agent": {"equals": f"bot-{n}"}}]},
    "level and session": lambda n: {"session": f"run-{n}", "risk": {"gte": "high"}},
}


def policy_of(kinds: Sequence[str], rules: int) -> Policy:
    """A policy of so many rules, the kinds in turn."""
    decisions = ("allow", "deny", "ask")
    document: list[Json] = [
        {
            "match": _MATCHES[kinds[n % len(kinds)]](n),
            "decision": decisions[n % 3],
            **({"strict": True} if n % 3 and n % 7 == 0 else {}),
        }
        for n in range(rules)
    ]
    reading = read_policy({"name": "benchmark", "rules": document})
    assert not reading.faults, reading.faults[0]
    return reading.policies[0]


def requests(turn: int) -> list[Subject]:
    """Requests of every kind, of which the rules match some; no two turns say the same."""
    numbers = range(turn * 20, turn * 20 + 20)
    found = [subject_of_command(f"npm run task-{n * 731}") for n in numbers[:5]]
    found += [subject_of_command(f"git log --oneline -n {n} > log-{n}.txt") for n in numbers[:5]]
    for n in numbers:
        action = Action(
            action_type="http_request",
            title="Call",
            params={
                "url": f"https://host-{n * 401}x.example.com/orders/{n}",
                "note": f"for ticket {n * 977}9999, as asked on the {n}th",
                "amount": n * 50_000 + 0.5,
            },
            cwd=f"/srv/project-{n * 311}x/src",
        )
        found.append(
            subject_from(action, agent=f"agent-{n}x", session=f"run-{n}x", risk=assess(action))
        )
    return found


def microseconds(policy: Policy, *, rounds: int) -> float:
    """The median time of judging one request, each of them new to it."""
    index = PolicyIndex([policy])
    times = []
    for turn in range(rounds):
        for subject in requests(turn):
            began = time.perf_counter()
            index.judge(subject)
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def judging(*, rounds: int) -> tuple[list[Row], Figures]:
    """Measure few and many rules, of all kinds mixed and of each alone."""
    rows, figures = [], {}
    for name, kinds in {
        "all kinds": list(_MATCHES),
        **{kind: [kind] for kind in _MATCHES},
    }.items():
        few = microseconds(policy_of(kinds, FEW), rounds=rounds)
        many = microseconds(policy_of(kinds, MANY), rounds=rounds)
        figures[name] = {"few": few, "many": many}
        rows.append(
            Row(
                what=f"judging by {MANY:,} rules, {name}",
                floor=f"{few:.0f} µs with {FEW}",
                sqlite=f"{many:.0f} µs, {many - few:+.0f}",
                target=f"< {_MOST_MORE:.0f} µs more",
                is_met=many - few < _MOST_MORE,
            )
        )
    return rows, {"policy": figures}


if __name__ == "__main__":
    print(as_text(judging(rounds=50)[0]))
