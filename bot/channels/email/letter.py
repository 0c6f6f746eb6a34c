"""A mail before it is put into MIME: what it says, part by part, for both of its forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.preview import Excerpt, head_and_tail
from bot.locales.audience import Audience
from bot.locales.marker import in_words

# What a mail shows of one text; the whole is attached then. Some readers cut a mail at 102 kB.
BLOCK_LIMIT: Final = 10_000
CHOICE_LIMIT: Final = 1_000


class Tone(StrEnum):
    """How a line of the gate's own words looks."""

    PLAIN = "plain"
    WARNING = "warning"
    STRONG = "strong"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of the gate."""

    words: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and what an agent or a person said under it, in one line."""

    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An agent's text, in lines of its own; `label` may be empty."""

    label: str
    shown: str

    @property
    def excerpt(self) -> Excerpt:
        """What the mail shows of it."""
        return head_and_tail(self.shown, limit=BLOCK_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option with its letter."""

    letter: str
    label: str
    description: str

    @property
    def brief(self) -> tuple[str, str]:
        """What the mail shows of label and description."""
        texts = (self.label, self.description)
        label, description = (head_and_tail(text, limit=CHOICE_LIMIT) for text in texts)
        return _joined(label), _joined(description)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where to go on, and the words on the button."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a list, with a note below it and maybe where to go on."""

    words: str
    note: str
    url: str | None = None
    button: str = ""


Part = Line | Fact | Block | Choice | Link | Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A text that goes along whole."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to one reader; `subject` holds the agent's words already escaped for the eye."""

    subject: str
    headline: str
    title: str
    parts: tuple[Part, ...]
    reader: Audience
    file: File | None = None

    def say(self, shown: str) -> str:
        """Return a shown text with its markers in the reader's language."""
        return in_words(shown, self.reader)


def plain_text(letter: Letter) -> str:
    """Return the whole mail as text that needs no other form beside it."""
    lines = [letter.say(letter.headline), *_indented(letter.say(letter.title), "  "), ""]
    for part in letter.parts:
        lines += _as_text(part, letter)
    return "\n".join(lines).rstrip("\n") + "\n"


def is_whole(part: Part) -> bool:
    """Tell whether a mail shows all of a part."""
    match part:
        case Block():
            return part.excerpt.is_whole
        case Choice():
            return part.brief == (part.label, part.description)
        case _:
            return True


def whole_text(part: Part) -> str:
    """Return what an agent said in a part, in full; nothing for the gate's own words."""
    match part:
        case Block():
            return f"{part.label}\n{part.shown}".lstrip("\n")
        case Choice():
            return f"{part.letter}) {part.label}\n{part.description}".rstrip("\n")
        case Fact():
            return f"{part.name}: {part.words}"
        case _:
            return ""


def _joined(excerpt: Excerpt) -> str:
    return excerpt.head if excerpt.is_whole else f"{excerpt.head} … {excerpt.tail}"


def left_out(excerpt: Excerpt, reader: Audience) -> str:
    """Return how much of a text a mail does not show."""
    return reader.ngettext(
        "… {n} character left out here; the attached file has it …",
        "… {n} characters left out here; the attached file has them …",
        excerpt.omitted_characters,
    ).format(n=f"{excerpt.omitted_characters:,}")


def _as_text(part: Part, letter: Letter) -> Iterator[str]:
    match part:
        case Line():
            yield letter.say(part.words)
        case Fact():
            yield f"{part.name}: {letter.say(part.words)}"
        case Choice():
            label, description = part.brief
            described = f" – {description}" if description else ""
            yield from _indented(letter.say(f"{part.letter}) {label}{described}"), "  ")
        case Link():
            yield from ("", f"{part.words}:", part.url, "")
        case Entry():
            yield from (letter.say(part.words), f"  {letter.say(part.note)}")
            yield from ([f"  {part.url}", ""] if part.url else [""])
        case Block():
            yield from _block(part, letter)


def _block(part: Block, letter: Letter) -> Iterator[str]:
    excerpt = part.excerpt
    if part.label:
        yield f"{part.label}:"
    yield from _indented(letter.say(excerpt.head), "    ")
    if not excerpt.is_whole:
        yield left_out(excerpt, letter.reader)
        yield from _indented(letter.say(excerpt.tail), "    ")
    yield ""


def _indented(text: str, by: str) -> Iterator[str]:
    return (f"{by}{line}" for line in text.split("\n"))
