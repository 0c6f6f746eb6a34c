"""The chain notices every change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.audit import Head, Record, append, head_after, milliseconds, verify
from tests.builders import NOW


def a_chain(length=5):
    head, entries = Head(), []
    for n in range(length):
        record = Record(
            kind="approval.asked",
            at=NOW + timedelta(seconds=n),
            actor="key:a",
            approval_id=f"appr_{n}",
            facts={"n": n},
        )
        entry = append(head, record)
        entries.append(entry)
        head = head_after(entry)
    return entries, head


def test_an_untouched_chain_holds():
    entries, head = a_chain()

    assert verify(entries) is None
    assert verify(entries, end=head) is None
    assert verify(entries[2:], start=head_after(entries[1]), end=head) is None
    assert verify([]) is None


@pytest.mark.parametrize("n", range(5))
@pytest.mark.parametrize(
    "change",
    [
        {"kind": "approval.denied"},
        {"actor": "key:b"},
        {"approval_id": "appr_x"},
        {"approval_id": None},
        {"facts": {"n": 99}},
        {"at": NOW + timedelta(milliseconds=1)},
    ],
)
def test_a_changed_entry_is_found(n, change):
    entries, head = a_chain()
    if n == 0 and "at" in change:
        change = {"at": NOW - timedelta(milliseconds=1)}
    entries[n] = replace(entries[n], record=replace(entries[n].record, **change))

    broken = verify(entries, end=head)

    assert broken is not None
    assert broken.seq == n + 1
    assert "changed" in broken.fault


def test_what_is_missing_moved_or_cut_off_is_found():
    entries, head = a_chain()

    assert verify([*entries[:1], *entries[2:]], end=head).seq == 2
    assert verify([entries[0], entries[2], entries[1], *entries[3:]], end=head).seq == 2
    assert verify(entries[:-1], end=head).seq == 5
    assert "end" in verify(entries[:-1], end=head).fault


def test_a_chain_stamped_anew_is_another_chain():
    entries, head = a_chain()
    forged = replace(entries[0].record, actor="key:b")
    again = append(Head(), forged)

    assert verify([again, *entries[1:]], end=head).seq == 2


def test_milliseconds_cut_off_what_is_finer():
    assert milliseconds(NOW + timedelta(microseconds=1999)) == milliseconds(NOW) + 1
