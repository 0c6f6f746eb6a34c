"""What a mail's reply says: its code or letters, above what it quotes; or that it is unclear.

A reply is taken only where it cannot mean anything else. An older contract has the codes 1 to 6
and what they do; the letters of a question's options were added.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.action import Action
from bot.core.offer import command_of, odd_characters

_CODES: Final = "123456"
_LETTERS: Final = re.compile(r"[A-Za-z][).]?(\s*[,，、]\s*[A-Za-z][).]?)*", re.ASCII)
_ONE_LETTER: Final = re.compile(r"[A-Za-z]")

# Where the words of whoever replies end, by what mail programs put there.
_BEGINNINGS: Final = (
    *(">", "＞", "-----original message-----", "subject:", "to:", "cc:", "sent from my"),
    *("sent from outlook", "sent from mail for", "sent from yahoo", "sent from proton"),
    *("get outlook for", "envoyé de mon", "enviado desde mi", "von meinem iphone"),
    *("gesendet von", "gesendet mit", "von meinem ipad", "发自我的", "發自我的", "来自我的"),
    *(
        "从我的",
        "發件人:",
        "發件人：",
        "发件人:",
        "发件人：",
        "寄件者:",
        "寄件者：",
        "获取outlook",
    ),
    *("---- 回复的原邮件", "---- replied message", "----- forwarded message"),
    *("begin forwarded message", "anfang der weitergeleiteten", "inviato da", "verzonden vanaf"),
)
_WHOLE: Final = frozenset({"--", "__", "—", "-- ", "＿＿"})
# A line of dashes or underscores, with or without a word in the middle.
_RULE: Final = re.compile(
    r"[-_*=—]{5,}|-{2,}\s*"
    r"(原始邮件|原始郵件|回复的原邮件|original|ursprüngliche|message d'origine).*",
    re.IGNORECASE,
)
_ATTRIBUTION: Final = re.compile(
    r"(on|am|le|el|il|op)\s.{3,300}\s(wrote|schrieb.{0,200}|a écrit|escribió|ha scritto|schreef.*)"
    r"\s?[:：]|.{0,200}(于|在).{4,200}(写道|写到|寫道|wrote)\s?[:：]|.{3,200}[<＜(（]\S+@\S+[>＞)）]"
    r".{0,80}(写道|写到|寫道|wrote|schrieb|a écrit)\s?[:：]",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"(from|von|de)\s?[:：].*@", re.IGNORECASE)
_BEGINS_ATTRIBUTION: Final = re.compile(r"(on|am|le|el|il|op|在)\s?.{3,}", re.IGNORECASE)
_MOST_WRAPPED: Final = 3
# Nobody writes more, and no attribution is longer; the patterns look at no more.
_MOST_LINES: Final = 500
_LONGEST: Final = 300

# Words with which somebody takes an approval back, or hedges it, in the same breath.
_DOUBTS: Final = re.compile(
    r"\b(no|not|nope|don'?t|do ?n[o']?t|never|stop|wait|hold|but|only|unless|except|if|instead|"
    r"cancel|deny|denied|reject|rejected|wrong|mistake|oops|ignore|undo|later|after|before|first|"
    r"nicht|nein|kein|keine|aber|halt|warte|falsch|nur|non|pas|mais|attends|seulement|pero|"
    r"espera|solo|niet|maar|wacht)\b|[不别別勿未没沒否]|拒绝|拒絕|取消|等|但|先|只|如果|除非|错|錯|停|撤",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply's code and what follows it; or the letters, which stand alone."""

    code: str = ""
    payload: str = ""
    letters: tuple[str, ...] = ()


class Unclear(Exception):
    """A reply that decides nothing; the message is the older contract's, or says why."""


def own_words(body: str) -> str:
    """Return what was written above the quoted mail and the signature."""
    lines = body.splitlines()[:_MOST_LINES]
    end = next((place for place in range(len(lines)) if _ends(lines, place)), len(lines))
    return "\n".join(lines[:end]).strip()


def _ends(lines: list[str], place: int) -> bool:
    """Tell whether this line begins what is quoted, or signs."""
    line = lines[place].strip()
    folded = line.lower()
    if folded.startswith(_BEGINNINGS) or line in _WHOLE or _RULE.fullmatch(line):
        return True
    if folded.startswith("on ") and folded.endswith("wrote:"):
        return True
    if len(line) > _LONGEST:
        return False
    if _FROM.match(line) or _ATTRIBUTION.fullmatch(line):
        return True
    # Long ones are wrapped.
    if not _BEGINS_ATTRIBUTION.fullmatch(line):
        return False
    following = [one.strip() for one in lines[place + 1 : place + _MOST_WRAPPED]]
    wrapped = (" ".join([line, *following[:n]]) for n in range(1, len(following) + 1))
    return any(len(one) <= _LONGEST and _ATTRIBUTION.fullmatch(one) for one in wrapped)


def read_reply(text: str, *, is_question: bool) -> Reply:
    """Read a reply's own words; raises Unclear."""
    if not text:
        raise Unclear("empty reply")
    first, *more = text.split("\n")
    if is_question and _LETTERS.fullmatch(first.strip()):
        _check_sure("\n".join(more))
        return Reply(letters=tuple(_ONE_LETTER.findall(first)))
    code, *rest = text.split(maxsplit=1)
    if len(code) != 1 or code not in _CODES:
        raise Unclear("invalid code")
    payload = rest[0].strip() if rest else ""
    if code in "45" and not payload:
        raise Unclear("payload required")
    if code in "126":
        _check_sure(payload)
    return Reply(code=code, payload=payload)


def _check_sure(words: str) -> None:
    """Refuse what is followed by another answer, or by words that take it back or hedge it."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    is_another = any(line in _CODES or _LETTERS.fullmatch(line) for line in lines)
    if is_another or _DOUBTS.search(words.replace("’", "'")):
        raise Unclear("unclear reply: send the code alone, or 3 to deny")


def check_replacement(action: Action, payload: str) -> None:
    """Refuse a replacement that a mail program may have changed; raises Unclear.

    Nobody is shown it before it runs: wrapped lines, signatures and curly quotes would run too.
    """
    if "\n" in payload:
        raise Unclear("unclear reply: a replacement is one line")
    if odd_characters(command_of(action) or "", payload):
        raise Unclear("unclear reply: the replacement has typographic quotes, dashes or blanks")


def answer_in(payload: str) -> str:
    """Return the answer in what follows a 4: its first line alone where that is letters."""
    first, *more = payload.split("\n")
    if not more or not _LETTERS.fullmatch(first.strip()):
        return payload
    _check_sure("\n".join(more))
    return first.strip()
