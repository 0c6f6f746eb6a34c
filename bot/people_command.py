"""`ok2run people`: who is known to a running gate, and the mail addresses that they are given."""

import argparse
from collections.abc import Callable, Sequence

from bot.policy_client import run_in_gate
from ok2run.terminal import print_line
from ok2run.wire import Json, Wire

_MAIL = "/v1/people/mail"


def main(arguments: Sequence[str]) -> int:
    """Run one; return 0, 1 for a refusal, 2 for a wrong use, 5 where the gate is unreachable."""
    parser = argparse.ArgumentParser(
        prog="ok2run people",
        description="List who may decide; give people mail addresses, confirmed by a code.",
        epilog="It speaks to the gate of APPROVAL_GATE_URL with ADMIN_API_KEY.",
    )
    words = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
    words.add_parser("list", help="who is known, and where they are reached")
    add = words.add_parser("add-mail", help="mail a code to an address that is to be a person's")
    add.add_argument("name", metavar="NAME", help="a known person's name or id, or somebody new")
    add.add_argument("address", metavar="ADDRESS")
    confirm = words.add_parser("confirm-mail", help="tell the code that was mailed there")
    confirm.add_argument("address", metavar="ADDRESS")
    confirm.add_argument("code", metavar="CODE")
    remove = words.add_parser("remove-mail", help="take an address away")
    remove.add_argument("address", metavar="ADDRESS")
    given = list(arguments)
    try:
        if given and given[0].startswith("-") and given[0] not in ("-h", "--help"):
            parser.error(f"unrecognized arguments: {' '.join(given)}")
        parsed = parser.parse_args(given)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    return run_in_gate(_work(parsed))


def _work(parsed: argparse.Namespace) -> Callable[[Wire], None]:
    def work(wire: Wire) -> None:
        if parsed.word == "list":
            _list(wire.call("GET", "/v1/people"))
        elif parsed.word == "add-mail":
            body: Json = {"name": parsed.name, "address": parsed.address}
            _claimed(wire.call("POST", _MAIL, body=body))
        elif parsed.word == "confirm-mail":
            body = {"address": parsed.address, "code": parsed.code}
            _list(wire.call("POST", f"{_MAIL}/confirm", body=body))
        else:
            _list(wire.call("POST", f"{_MAIL}/remove", body={"address": parsed.address}))

    return work


def _list(answer: Json) -> None:
    people = answer.get("people")
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict):
            addresses = person.get("addresses")
            reached = [
                f"{one.get('channel')}:{one.get('address')}"
                for one in (addresses if isinstance(addresses, list) else ())
                if isinstance(one, dict)
            ]
            line = (person.get("name"), person.get("role"), person.get("id"), *reached)
            print_line("  ".join(map(str, line)))


def _claimed(answer: Json) -> None:
    address, name = answer.get("address"), answer.get("name")
    print_line(f"A code is on its way to {address}; it is good for an hour.")
    print_line(f"Once {name} has read it to you:  ok2run people confirm-mail {address} CODE")
