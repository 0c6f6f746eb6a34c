"""`ok2run hook AGENT`: a coding agent's hook as a command, from its stdin to its stdout.

Whatever goes wrong, the agent gets in time an answer that it obeys: what keeps the action from
running, unless `--on-fault pass` says otherwise. It starts with every tool call, so it imports
little, and what it imports is imported where a fault can still be answered.
"""

import _thread
import os
import sys
from collections.abc import Callable, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing itself takes longer to load than all of this
    from typing import NoReturn

USAGE = """usage: ok2run hook AGENT [--limit SECONDS] [--on-fault pass|deny] [--event NAME]

Hand a coding agent's hook to the gate: its JSON on stdin, the answer on stdout.
AGENT is claude-code, codex, gemini, copilot or cursor.

  --limit     the hook's time limit in the agent's settings, in seconds; the answer comes
              10 s before it (default: the limit of an agent that was told none)
  --on-fault  where the gate does not answer: pass leaves it to the agent's own rules, deny
              refuses (default: whichever keeps the agent from running unasked)
  --event     the event's name, for an agent that does not send it

The gate is named by APPROVAL_GATE_URL, the key by APPROVAL_API_KEY."""
BLOCK = 2  # the exit code that each agent takes as a refusal, whatever else was printed
MARGIN = 10.0  # seconds before the agent's own limit at which this gives up
HEAD_START = 5  # seconds that the gate's own answer gets before that
REPORT_LIMIT = 10.0  # seconds that a report, which nobody waits for, may take
PATIENCE = 3.0  # seconds in which a gate that starts again is found
LARGEST_INPUT = 16 * 1024 * 1024  # bytes
LARGEST_ASK = 1024 * 1024  # bytes, what the gate takes at most
RESULTS = ("tool_response", "tool_output", "toolResult", "tool_result", "output", "result_json")


class Fault(Exception):
    """What went wrong and what to do, in one sentence."""


class Turn:
    """One call of the hook: what is known of it, and its only answer."""

    def __init__(self, agent: str, *, limit: int, on_fault: str | None, event: str | None) -> None:
        """Take the command line; the event may be told by the input."""
        self.agent = agent
        self.limit = limit
        self.event = event
        self._on_fault = on_fault
        self._first = _thread.allocate_lock()
        self._is_given = False

    @property
    def seconds(self) -> float:
        """How long this may take; half of a limit that is too short for the margin."""
        return self.limit - MARGIN if self.limit > 2 * MARGIN else self.limit / 2

    def give(self, answer: dict[str, object]) -> int:
        """Print the gate's answer; return the exit code."""
        from json import dumps

        # To Codex no opinion is no output; Gemini would take what stands on stderr instead.
        is_silent = not answer and self.agent == "codex"
        content = b"" if is_silent else dumps(answer).encode("ascii")
        self._first.acquire()
        return self._print(content)

    def give_up(self, sentence: str) -> int:
        """Print what an agent without an answer has to get; return the exit code."""
        self._first.acquire()
        return self._print_fallback(sentence)

    def out_of_time(self) -> None:
        """End the process: with the fallback, or where that can't be printed, with a refusal."""
        if self._first.acquire(blocking=False):
            os._exit(self._print_fallback("the gate did not answer before the hook's time limit"))
        elif not self._is_given:  # stuck in printing: what was printed is no whole answer
            os._exit(BLOCK if self._must_block() else 0)

    def _print_fallback(self, sentence: str) -> int:
        _say(sentence)
        try:
            content = self._fallback(sentence)
        except BaseException:  # noqa: BLE001  # not even this could be imported
            content = b""
        code = self._print(content)
        return BLOCK if not content and self._must_block() else code

    def _fallback(self, sentence: str) -> bytes:
        """Return what to print; nothing where only the exit code can tell."""
        from json import dumps

        from ok2run import hook_answer

        if self.event is None:
            return b""
        if self._on_fault == "pass":
            answer = hook_answer.hand_back(self.agent, self.event)
        elif self._must_block():
            answer = hook_answer.refusal(self.agent, self.event, f"ok2run: {sentence}")
        else:
            answer = None
        return b"" if answer is None else dumps(answer).encode("ascii")

    def _print(self, content: bytes) -> int:
        """Print the one answer; the exit code tells what could not be printed."""
        code = 0
        try:
            while content:
                content = content[os.write(1, content) :]
        except OSError as error:
            _say(f"the answer could not be printed ({_reason(error)})")
            code = BLOCK if self._must_block() else 0
        self._is_given = True
        return code

    def _must_block(self) -> bool:
        """Tell whether an agent that gets no answer has to be told by the exit code."""
        if self._on_fault == "pass":
            return False
        try:
            from ok2run.hook_answer import asks, gates
        except BaseException:  # noqa: BLE001  # not even this could be imported
            return True
        if self.event is None or gates(self.agent, self.event):
            return True
        return self._on_fault == "deny" and asks(self.agent, self.event)


def main(argv: Sequence[str] | None = None) -> int:
    """Answer one hook and return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or {"-h", "--help"} & set(words):
        os.write(1 if words else 2, f"{USAGE}\n".encode())
        return 0 if words else BLOCK
    try:
        turn = _turn(words)
    except BaseException as error:  # noqa: BLE001  # whatever it is, the action must not run
        _say(str(error) if isinstance(error, Fault) else _unforeseen(error))
        return BLOCK
    _watch(turn.seconds, turn.out_of_time)
    try:
        return turn.give(_ask(turn))
    except Fault as fault:
        return turn.give_up(str(fault))
    except BaseException as error:  # noqa: BLE001
        return turn.give_up(_unforeseen(error))


def run(argv: Sequence[str] | None = None) -> "NoReturn":
    """Answer one hook and end the process at once: nothing at its end may change the answer."""
    os._exit(main(argv))


def _turn(words: list[str]) -> Turn:
    from ok2run import hook_answer

    agent, options = words[0], words[1:]
    if agent not in hook_answer.LIMITS:
        raise Fault(f"hook knows no agent of this name; it knows {', '.join(hook_answer.LIMITS)}")
    given: dict[str, str] = {}
    while options:
        name, is_joined, value = options.pop(0).partition("=")
        if name not in ("--limit", "--on-fault", "--event"):
            raise Fault("hook takes --limit, --on-fault and --event only")
        if not is_joined and not options:
            raise Fault(f"{name} needs a value")
        given[name] = value if is_joined else options.pop(0)
    limit = given.get("--limit", str(hook_answer.LIMITS[agent]))
    if not (limit.isascii() and limit.isdigit() and len(limit) < 8 and int(limit)):
        raise Fault("--limit must be a whole number of seconds above 0")
    if given.get("--on-fault") not in (None, "pass", "deny"):
        raise Fault("--on-fault must be pass or deny")
    return Turn(
        agent,
        limit=int(limit),
        on_fault=given.get("--on-fault"),
        event=given.get("--event"),
    )


def _ask(turn: Turn) -> dict[str, object]:
    """Return the gate's answer, checked; raises Fault."""
    from ok2run import hook_answer, hook_wire
    from ok2run.hook_http import Unanswered

    body, content = _read(turn)
    event = str(turn.event)
    only_reports = not hook_answer.asks(turn.agent, event)
    if only_reports and turn.seconds > REPORT_LIMIT:
        _watch(REPORT_LIMIT, turn.out_of_time)
    if len(content) > LARGEST_ASK and only_reports:
        content = _without_results(body)
    if len(content) > LARGEST_ASK:
        raise Fault("the hook's JSON is larger than the 1 MiB that the gate takes")
    try:
        answer = hook_wire.ask(
            os.environ,
            f"/v1/hooks/{turn.agent}?limit={max(1, turn.limit - HEAD_START)}",
            content,
            seconds=min(turn.seconds, REPORT_LIMIT) if only_reports else turn.seconds,
            patience=0.0 if only_reports else PATIENCE,
        )
    except Unanswered as error:
        raise Fault(str(error)) from error
    if not hook_answer.accepts(turn.agent, event, answer):
        raise Fault("the gate's answer is none that this agent understands; are both up to date?")
    return answer


def _read(turn: Turn) -> tuple[dict[str, object], bytes]:
    """Return the hook's JSON, and as bytes to send; learns the event's name."""
    content = bytearray()
    while chunk := os.read(0, 65536):
        content += chunk
        if len(content) > LARGEST_INPUT:
            raise Fault("the hook's JSON on stdin is larger than 16 MiB")
    import json

    try:
        body: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Fault("what came on stdin is not a hook's JSON") from error
    if not isinstance(body, dict):
        raise Fault("what came on stdin is not a hook's JSON")
    from ok2run.hook_answer import EVENT_NAMES, event_of

    if turn.event is not None and not any(name in body for name in EVENT_NAMES):
        body["hook_event_name"] = turn.event
        return body, json.dumps(body).encode("ascii")
    event = event_of(turn.agent, body)
    if event is None:
        raise Fault("the hook's JSON names no event; give it as --event")
    turn.event = event
    return body, bytes(content)


def _without_results(body: dict[str, object]) -> bytes:
    """Return a report without what the tool gave back, which the gate has no use for."""
    from json import dumps

    return dumps({name: body[name] for name in body if name not in RESULTS}).encode("ascii")


def _watch(seconds: float, then: Callable[[], None]) -> None:
    """Call `then` on a thread of its own after that time, whatever hangs meanwhile."""

    def wait() -> None:
        never = _thread.allocate_lock()
        never.acquire()
        never.acquire(timeout=seconds)
        then()

    _thread.start_new_thread(wait, ())


def _unforeseen(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "the hook was interrupted"
    return f"the hook failed ({type(error).__name__}: {_reason(error)})"


def _reason(error: BaseException) -> str:
    words = error.strerror if isinstance(error, OSError) else None
    return (words or str(error) or type(error).__name__).lower()


def _say(sentence: str) -> None:
    """Write one line to stderr; where that is gone, there is nobody to tell."""
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in f"ok2run: {sentence}")
    try:
        os.write(2, f"{line}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        return


if __name__ == "__main__":
    run()
