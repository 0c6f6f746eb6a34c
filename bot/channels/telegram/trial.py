"""What rules would have done so far, and their text, as messages show them."""

from collections.abc import Mapping
from typing import Final

from aiogram.utils.formatting import Text

from bot.channels.telegram.text import Reader, fill, line_code
from bot.core.action import Json
from bot.core.backtest import Answer
from bot.core.policy import Verdict
from bot.locales import N_
from bot.policy_report import as_toml

_TITLE_LIMIT: Final = 60
_HEAD: Final = ("name", "priority", "enabled")

_OF_RULE: Final = {
    Verdict.ALLOW: N_("would be allowed"),
    Verdict.DENY: N_("would be denied"),
    Verdict.ASK: N_("would ask"),
}
_OF_PERSON: Final = {
    Answer.APPROVED: N_("was approved"),
    Answer.DENIED: N_("was denied"),
    Answer.REPLACED: N_("was replaced by another command"),
    Answer.UNANSWERED: N_("was left unanswered"),
}


def rule_toml(rule: Mapping[str, Json]) -> str:
    """Return a rule as it is written in a policy file."""
    pairs = [f"{key} = {as_toml(value)}" for key, value in rule.items()]
    return "\n".join(["[[policy.rule]]", *pairs])


def policy_toml(policy: Mapping[str, Json]) -> str:
    """Return a policy as it is written in a policy file."""
    head = [f"{key} = {as_toml(policy[key])}" for key in _HEAD if key in policy]
    rules = policy.get("rules")
    texts = [
        rule_toml(rule)
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, dict)
    ]
    return "\n\n".join(["\n".join(["[[policy]]", *head]), *texts])


def trial_lines(backtest: Mapping[str, Json], reader: Reader) -> list[Text]:
    """Return what the rules would have done, and where people decided otherwise."""
    judged, differing = _count(backtest, "judged"), _count(backtest, "differing")
    if not judged:
        return [Text(reader.gettext("There is no history yet to try it on."))]
    words = reader.ngettext(
        "Of the last {n} ask: would have allowed {allowed}, denied {denied}, asked {asked}.",
        "Of the last {n} asks: would have allowed {allowed}, denied {denied}, asked {asked}.",
        judged,
    )
    counts = {name: _count(backtest, name) for name in ("allowed", "denied", "asked")}
    found = [Text(words.format(n=judged, **counts))]
    if not differing:
        found.append(Text(reader.gettext("Nothing of it differs from what people decided.")))
        return found
    head = reader.ngettext(
        "⚠ {n} differs from what people decided:",
        "⚠ {n} differ from what people decided:",
        differing,
    )
    found.append(Text(head.format(n=differing)))
    told = 0
    differences = backtest.get("differences")
    for one in differences if isinstance(differences, list) else ():
        if isinstance(one, list):
            verdict, answer, title, count = one
            told += count if isinstance(count, int) else 0
            found.append(_difference(str(verdict), str(answer), str(title), count, reader))
    if told < differing:
        more = differing - told
        words = reader.ngettext("… and {n} more", "… and {n} more", more)
        found.append(Text(words.format(n=more)))
    return found


def _difference(verdict: str, answer: str, title: str, count: Json, reader: Reader) -> Text:
    often = f" ×{count}" if isinstance(count, int) and count > 1 else ""
    return fill(
        reader.gettext("– {title}{often}: {would}, {was}"),
        title=line_code(title, limit=_TITLE_LIMIT),
        often=often,
        would=reader.gettext(_OF_RULE[Verdict(verdict)]),
        was=reader.gettext(_OF_PERSON[Answer(answer)]),
    )


def _count(backtest: Mapping[str, Json], name: str) -> int:
    count = backtest.get(name)
    return count if isinstance(count, int) else 0
