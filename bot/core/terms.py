"""The terms on which an agent asks by a hook: what its way in can carry back to it.

An agent that asks by a hook has a terminal of its own. So silence, a pause that outlasts it and a
fault hand the ask back to that terminal, and nobody is told that it was denied; but some hooks
have no answer that brings the terminal's question up, and there silence is a denial.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What can be told to an agent that asks by a hook.

    `stops` tells that a denial may end its turn as well, `replaces` that it can run another
    command instead, `notes` that it reads a note beside an approval. Without `stands` it takes no
    standing approval; what nobody answers of one that `refuses` is denied. `says_all` tells that
    the preview was made here, of all the parameters.
    `session_rules` are the agent's own rules, in words, that Session makes besides: it keeps them
    itself, until its session ends.
    """

    stops: bool = False
    replaces: bool = False
    notes: bool = False
    stands: bool = True
    refuses: bool = False
    says_all: bool = False
    session_rules: tuple[str, ...] = ()

    def dump(self) -> dict[str, object]:
        """Return the terms as a JSON object."""
        return {
            "stops": self.stops,
            "replaces": self.replaces,
            "notes": self.notes,
            "stands": self.stands,
            "refuses": self.refuses,
            "says_all": self.says_all,
            "session_rules": list(self.session_rules),
        }

    @classmethod
    def load(cls, kept: dict[str, object]) -> "Terms":
        """Read what `dump` wrote."""
        rules = kept["session_rules"]
        return cls(
            stops=bool(kept["stops"]),
            replaces=bool(kept["replaces"]),
            notes=bool(kept["notes"]),
            stands=bool(kept["stands"]),
            refuses=bool(kept.get("refuses")),
            says_all=bool(kept["says_all"]),
            session_rules=tuple(map(str, rules)) if isinstance(rules, list) else (),
        )
