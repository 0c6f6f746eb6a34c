"""How many secrets are found, and how many ordinary words are taken for one.

The figures are printed; `-s` shows them.
"""

import re
from collections import Counter
from random import Random

import pytest

from bot.core.preview import show_text
from bot.core.redaction import KINDS, secrets_in
from tests.core.data.oracle import Flag, flags, is_no_secret
from tests.core.data.ordinary_commands import commands
from tests.core.data.secret_lines import LINES
from tests.core.data.secret_shapes import Shape, private_keys, shapes
from tests.core.data.splices import SPLICES, spliced


def is_hidden(shape: Shape, splice: str = "", every: int = 1) -> bool:
    """Tell whether the secret is hidden whole, and what stands around it is not."""
    secret = spliced(shape.secret, splice, every) if splice else shape.secret
    shown = show_text(f"{shape.before}{secret}{shape.after}").text
    around = f"{re.escape(shape.before)}⟨hidden: [^⟨⟩]+⟩{re.escape(shape.after)}"
    return re.fullmatch(around, shown) is not None


def test_the_corpus_is_as_wide_as_it_says():
    names = [shape.name for shape in shapes(0)]

    assert len({kind.name for kind in KINDS}) >= 40
    assert len(set(names)) == len(names) >= 60
    assert len(SPLICES) >= 5
    assert len(set(commands(1, 1000))) == 1000


def test_every_kind_hides_something():
    corpus = [*shapes(1), *private_keys(1)]

    found = {secret.kind for shape in corpus for secret in secrets_in(shape.text)}

    assert {kind.name for kind in KINDS} == found


def test_secrets_of_every_shape_are_hidden():
    missed = Counter[str]()
    count = 0
    for seed in range(10):
        for shape in [*shapes(seed), *private_keys(seed)]:
            count += 1
            missed[shape.name] += not is_hidden(shape)

    print(f"recall {1 - missed.total() / count:.2%} of {count}, missed {+missed}")
    assert missed.total() <= 0.03 * count


def test_secrets_of_every_shape_are_hidden_whatever_is_spliced_into_them():
    missed = Counter[tuple[str, str]]()
    count = 0
    for shape in [*shapes(2), *private_keys(2)]:
        for name, splice in SPLICES.items():
            for every in (2, 5):
                count += 1
                missed[shape.name, name] += not is_hidden(shape, splice, every)

    print(f"spliced: recall {1 - missed.total() / count:.2%} of {count}, missed {+missed}")
    assert missed.total() <= 0.03 * count


@pytest.mark.parametrize("line", LINES)
def test_a_secret_in_a_usual_line_is_hidden(line: str):
    assert "s3cr3t" not in show_text(line).text


def test_ordinary_commands_stay_as_they_are():
    alarms = [line for line in commands(1, 1000) if secrets_in(line)]

    print(f"false alarms {len(alarms) / 1000:.2%} of 1000: {alarms}")
    assert len(alarms) <= 20


def missed_by_us(text: str) -> tuple[int, list[tuple[Flag, str]]]:
    """Return how much the oracle flags in a text, and what of it is shown and no exception."""
    secrets = secrets_in(text)
    count, missed, start = 0, [], 0
    for line in text.split("\n"):
        for flag in flags(line):
            count += 1
            at = start + line.find(flag.value)
            end = at + len(flag.value)
            hidden = any(secret.start < end and at < secret.end for secret in secrets)
            if not hidden and not is_no_secret(flag, line):
                missed.append((flag, line))
        start += len(line) + 1
    return count, missed


def test_an_independent_finder_finds_nothing_more_in_the_secrets():
    corpus = [shape for seed in range(5) for shape in [*shapes(seed), *private_keys(seed)]]

    found = [missed_by_us(shape.text) for shape in corpus]

    missed = [one for _, ones in found for one in ones]
    print(f"the oracle flagged {sum(count for count, _ in found)}, we missed {missed}")
    assert sum(count for count, _ in found) >= 100
    assert missed == []


def test_an_independent_finder_finds_nothing_more_in_a_mixed_text():
    lines = [*commands(3, 1000), *(shape.text for shape in shapes(7))]
    Random(7).shuffle(lines)
    texts = ["\n".join(lines[at : at + 20]) for at in range(0, len(lines), 20)]

    found = [missed_by_us(text) for text in texts]

    missed = [one for _, ones in found for one in ones]
    print(f"mixed: the oracle flagged {sum(count for count, _ in found)}, we missed {missed}")
    assert sum(count for count, _ in found) >= 50
    assert missed == []
