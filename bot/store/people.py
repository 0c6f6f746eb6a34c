"""Approvers, their addresses and one-time links ↔ rows."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.core.audit import milliseconds
from bot.core.people import Approver, Role
from bot.gate.channel import Target
from bot.gate.known import Known
from bot.gate.steps import Row, Rows, Scalar, Steps
from bot.store.column import number, text
from bot.store.statements import load

_SQL: Final = load("people.sql")
_BY_ADDRESS = _SQL["by_address"]
_ADDRESSES = _SQL["addresses"]
_PUT = _SQL["put"]
_PUT_SOURCE = _SQL["put_source"]
_PUT_ADDRESS = _SQL["put_address"]
_OF_SOURCE = _SQL["of_source"]
_DROP_SOURCE = _SQL["drop_source"]
_NAMED = _SQL["named"]
_SOURCES = _SQL["sources"]
_DROP_ADDRESS = _SQL["drop_address"]
_RENAME = _SQL["rename"]
_GET = _SQL["get"]
_ADD_LINK = _SQL["add_link"]
_USE_LINK = _SQL["use_link"]


class PeopleRows:
    """Approvers; each is enabled as long as one of the sources it came from still names it."""

    def by_address(self, target: Target) -> Steps[Approver | None]:
        """Find the approver who has this address; disabled ones are nobody."""
        rows = yield _BY_ADDRESS, {"channel": target.channel, "address": target.address}
        return _first(rows)

    def addresses(self, channel: str) -> Steps[tuple[str, ...]]:
        """Return every enabled approver's address in a channel."""
        rows = yield _ADDRESSES, {"channel": channel}
        return tuple(text(row[0]) for row in rows)

    def put(self, approver: Approver, target: Target | None, *, source: str) -> Steps[None]:
        """Save an approver who comes from this source; enable again where disabled.

        The role is what this source makes of them; they may all that any source says. A name
        that is known already is kept; `rename` changes it.
        """
        yield _PUT, {"id": approver.id, "name": approver.name}
        yield _PUT_SOURCE, {"id": approver.id, "source": source, "role": approver.role}
        if target is not None:
            yield (
                _PUT_ADDRESS,
                {"id": approver.id, "channel": target.channel, "address": target.address},
            )

    def keep_only(self, source: str, ids: Sequence[str]) -> Steps[None]:
        """Disable approvers of this source who are not among these."""
        rows = yield _OF_SOURCE, {"source": source}
        for id in (text(row[0]) for row in rows):
            if id not in ids:
                yield _DROP_SOURCE, {"id": id, "source": source}

    def named(
        self, names: Sequence[str]
    ) -> Steps[tuple[tuple[Approver, tuple[Target, ...]], ...]]:
        """Find enabled approvers by id, address or name, with where they are reached.

        A name that two people have is nobody's; viewers are not meant.
        """
        everybody = yield from self._reached()
        reached = {one: targets for one, targets in everybody.items() if one.may_decide}
        wanted = {name.casefold() for name in names}
        called = Counter(person.name.casefold() for person in reached)
        return tuple(
            (person, tuple(targets))
            for person, targets in reached.items()
            if not wanted.isdisjoint({person.id, *(target.address for target in targets)})
            or (person.name.casefold() in wanted and called[person.name.casefold()] == 1)
        )

    def listing(self) -> Steps[tuple[Known, ...]]:
        """Return everybody enabled, who may most first."""
        reached = yield from self._reached()
        rows = yield _SOURCES, {}
        sources: dict[str, list[str]] = {}
        for row in rows:
            sources.setdefault(text(row[0]), []).append(text(row[1]))
        known = [
            Known(person=person, targets=tuple(targets), sources=tuple(sources[person.id]))
            for person, targets in reached.items()
        ]
        return tuple(sorted(known, key=lambda one: (one.person.role.rank, one.person.id)))

    def _reached(self) -> Steps[dict[Approver, list[Target]]]:
        rows = yield _NAMED, {}
        reached: dict[Approver, list[Target]] = {}
        for row in rows:
            targets = reached.setdefault(_person(row), [])
            if row[3] is not None:
                targets.append(Target(channel=text(row[3]), address=text(row[4])))
        return reached

    def drop(self, id: str, *, source: str) -> Steps[None]:
        """Let this source name somebody no longer; who comes from no other is disabled."""
        yield _DROP_SOURCE, {"id": id, "source": source}

    def drop_address(self, target: Target) -> Steps[None]:
        """Let an address be nobody's."""
        yield _DROP_ADDRESS, {"channel": target.channel, "address": target.address}

    def rename(self, id: str, name: str) -> Steps[None]:
        """Save the name a channel gave, where it differs."""
        yield _RENAME, {"id": id, "name": name}

    def get(self, id: str) -> Steps[Approver | None]:
        """Find an enabled approver by id."""
        rows = yield _GET, {"id": id}
        return _first(rows)

    def add_link(self, token_sha256: str, *, person: str, expires_at: datetime) -> Steps[None]:
        """Save a one-time link by the hash of its token."""
        yield (
            _ADD_LINK,
            {
                "token_sha256": token_sha256,
                "person": person,
                "expires_at": milliseconds(expires_at),
            },
        )

    def use_link(self, token_sha256: str, *, now: datetime) -> Steps[str | None]:
        """Use it up, only where unused and unexpired; return its person."""
        rows = yield _USE_LINK, {"token_sha256": token_sha256, "now": milliseconds(now)}
        return text(rows[0][0]) if rows else None


def _first(rows: Rows) -> Approver | None:
    return _person(rows[0]) if rows else None


def _person(row: Row) -> Approver:
    return Approver(id=text(row[0]), name=text(row[1]), role=list(Role)[number(row[2])])


def role_of(value: Scalar) -> Role:
    """Return the role that a column names; one that is not known may least."""
    return Role(value) if value in list(Role) else Role.VIEWER
