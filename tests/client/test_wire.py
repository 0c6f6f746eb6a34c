"""The client's HTTP: what it sends, how it takes refusals, and waits that go on."""

import pytest

from ok2run.wire import GateUnreachable, Misconfigured, Refused, Wire, open_wire
from tests.client.peer import APPROVED, DENIED, PENDING, Answer, Peer, free_port

HTML = Answer(status=502, raw=b"<h1>Bad Gateway</h1>")


class Time:
    """A clock that moves by the pauses alone, and can do something in each of them."""

    def __init__(self, *meanwhile: object) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._meanwhile = list(meanwhile)

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        if self._meanwhile:
            step = self._meanwhile.pop(0)
            assert callable(step)
            step()


def wire_to(url: str, time: Time | None = None, **options: float) -> Wire:
    time = time or Time()
    return Wire(url, "agent-key", clock=time.clock, pause=time.pause, **options)


def test_an_ask_carries_the_key_the_body_and_an_idempotency_key():
    with Peer(PENDING) as peer:
        answer = wire_to(peer.url).create({"action_type": "déploy", "title": "\ud800"})

    (asked,) = peer.asked
    assert answer == PENDING
    assert (asked.method, asked.path) == ("POST", "/v1/approvals")
    assert asked.headers["Authorization"] == "Bearer agent-key"
    assert asked.headers["Content-Type"] == "application/json"
    assert len(asked.headers["Idempotency-Key"]) == 36
    assert asked.body == {"action_type": "déploy", "title": "\ud800"}


def test_two_asks_are_two_and_a_lost_answer_is_one():
    with Peer(Answer(cut=True), HTML, PENDING) as peer:
        wire = wire_to(peer.url)
        wire.create({"title": "first"})
        wire.create({"title": "second"})

    keys = [asked.headers["Idempotency-Key"] for asked in peer.asked]
    assert [asked.body["title"] for asked in peer.asked] == ["first"] * 3 + ["second"]
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_an_ask_gives_up_when_its_patience_ends():
    time = Time()
    told: list[object] = []

    with pytest.raises(GateUnreachable, match=r"No gate answers at .*: connection refused\."):
        wire_to(f"http://127.0.0.1:{free_port()}", time, patience=3).create(
            {}, trouble=told.append
        )

    assert time.pauses == [0.25, 0.5, 1.0, 1.25]
    assert len(told) == 4


def test_a_busy_gate_is_asked_again_when_it_said():
    busy = Answer(
        status=503, body={"detail": "Busy.", "code": "busy"}, headers={"Retry-After": "2"}
    )
    time = Time()

    with Peer(busy, PENDING) as peer:
        answer = wire_to(peer.url, time).create({})

    assert answer["status"] == "pending"
    assert time.pauses == [2.0]


@pytest.mark.parametrize(
    ("status", "body", "sentence", "code"),
    [
        (401, {"detail": "Invalid API key"}, "Invalid API key", None),
        (403, {"detail": "No.", "code": "target_not_allowed"}, "No.", "target_not_allowed"),
        (404, {"detail": "approval not found"}, "approval not found", None),
        (409, {"detail": "approval not pending", "code": 7}, "approval not pending", None),
        (
            422,
            {"detail": [{"loc": ["body", "options", 0], "msg": "too long"}, {"msg": "odd"}, 3]},
            "body.options.0: too long; odd",
            None,
        ),
        (418, {}, "The gate refused (HTTP 418).", None),
        (400, {"detail": {"odd": 1}}, "The gate refused (HTTP 400).", None),
    ],
)
def test_a_refusal_is_raised_at_once_with_the_gates_sentence(
    status: int, body: dict[str, object], sentence: str, code: str | None
):
    with Peer(Answer(status=status, body=body)) as peer, pytest.raises(Refused) as caught:
        wire_to(peer.url).create({})

    assert str(caught.value) == sentence
    assert (caught.value.status, caught.value.code) == (status, code)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        HTML,
        Answer(raw=b"<html>hello</html>"),
        Answer(raw=b""),
        Answer(raw=b"[" * 100_000),
        Answer(body=["a", "list"]),
        Answer(body={"hello": "world"}),
        Answer(body={"status": 3}),
        Answer(cut=True),
    ],
)
def test_what_is_no_gates_answer_counts_as_not_reached(answer: Answer):
    with Peer(answer) as peer, pytest.raises(GateUnreachable) as caught:
        wire_to(peer.url).get("appr_1")

    assert peer.url in str(caught.value)
    assert caught.value.temporary


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_not_tried_again(status: int):
    with Peer(APPROVED) as elsewhere:
        sent = Answer(status=status, headers={"Location": f"{elsewhere.url}/v1/approvals/appr_1"})
        with Peer(sent) as peer, pytest.raises(GateUnreachable, match="which is not followed"):
            wire_to(peer.url).wait("appr_1", 60)

        assert len(peer.asked) == 1
        assert elsewhere.asked == []


def test_loopback_is_reached_without_the_proxy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    with Peer(PENDING) as peer:
        assert wire_to(peer.url).get("appr_1")["status"] == "pending"


def test_another_machine_is_reached_through_the_proxy(monkeypatch: pytest.MonkeyPatch):
    with Peer(PENDING) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)

        wire_to("http://gate.example.com").get("appr_1")

    assert [asked.path for asked in proxy.asked] == ["http://gate.example.com/v1/approvals/appr_1"]


def test_an_id_is_one_part_of_the_path():
    with Peer(PENDING) as peer:
        wire_to(f"{peer.url}/gate/").get("a/b?c d")

    assert peer.asked[0].path == "/gate/v1/approvals/a%2Fb%3Fc%20d"


def test_a_wait_is_held_by_the_gate_and_ends_with_the_decision():
    time = Time()

    with Peer(APPROVED) as peer:
        answer = wire_to(peer.url, time).wait("appr_1", 90)

    assert answer["status"] == "approved"
    assert [asked.path for asked in peer.asked] == ["/v1/approvals/appr_1?wait=60"]
    assert time.pauses == []


def test_a_wait_asks_for_what_remains_and_then_takes_what_there_is():
    time = Time()

    with Peer(PENDING) as peer:
        answer = wire_to(peer.url, time).wait("appr_1", 2.5)

    assert answer["status"] == "pending"
    assert [asked.path.partition("?")[2] for asked in peer.asked] == [
        "wait=3",
        "wait=2",
        "wait=1",
        "",
    ]
    assert time.pauses == [1.0, 1.0, 0.5]


def test_a_wait_of_nothing_reads_once():
    with Peer(PENDING) as peer:
        answer = wire_to(peer.url).wait("appr_1", 0)

    assert answer["status"] == "pending"
    assert [asked.path for asked in peer.asked] == ["/v1/approvals/appr_1"]


def test_a_wait_goes_on_while_the_gate_restarts():
    port = free_port()
    after = Peer(PENDING, DENIED, port=port)
    time = Time(lambda: None, lambda: None, after.__enter__)
    told: list[object] = []

    try:
        answer = wire_to(after.url, time).wait("appr_1", 3600, trouble=told.append)
    finally:
        after.__exit__()

    assert answer["status"] == "denied"
    assert [type(error) for error in told] == [GateUnreachable] * 3 + [type(None)]


def test_a_wait_ends_with_the_last_failure_when_the_gate_stays_away():
    time = Time()

    with pytest.raises(GateUnreachable):
        wire_to(f"http://127.0.0.1:{free_port()}", time).wait("appr_1", 30)

    assert time.now == 30
    assert max(time.pauses) == 5.0


def test_a_wait_ends_at_once_when_the_gate_does_not_know_the_approval():
    unknown = Answer(status=404, body={"detail": "approval not found"})

    with Peer(unknown) as peer, pytest.raises(Refused, match="approval not found"):
        wire_to(peer.url).wait("appr_1", 60)


def test_a_list_is_narrowed_by_what_is_given():
    with Peer({"approvals": [], "next_cursor": None}) as peer:
        wire_to(peer.url).list_approvals(status="pending", session_id="a b", limit=3)
        wire_to(peer.url).list_approvals()

    assert [asked.path for asked in peer.asked] == [
        "/v1/approvals?status=pending&session_id=a+b&limit=3",
        "/v1/approvals",
    ]


def test_an_answer_without_a_list_is_no_gates():
    with Peer({"approvals": None}) as peer, pytest.raises(GateUnreachable):
        wire_to(peer.url).list_approvals()


def test_a_decision_is_posted_with_its_note():
    with Peer(APPROVED) as peer:
        wire_to(peer.url).decide("appr_1", "approved")
        wire_to(peer.url).decide("appr_1", "denied", "wrong branch")

    assert [(asked.path, asked.body) for asked in peer.asked] == [
        ("/v1/approvals/appr_1/decision", {"decision": "approved"}),
        ("/v1/approvals/appr_1/decision", {"decision": "denied", "note": "wrong branch"}),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gate",
        "ftp://gate",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://h:99999",
        "http://a..b",
        "http://h/?x=1",
        "http://u:pw@h",
    ],
)
def test_an_address_that_cannot_be_a_gates_is_refused_without_a_request(url: str):
    with pytest.raises(Misconfigured, match="APPROVAL_GATE_URL") as caught:
        Wire(url, "agent-key")

    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "two words", "line\nend", "käse"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str):
    with pytest.raises(Misconfigured, match="APPROVAL_API_KEY") as caught:
        Wire("http://127.0.0.1:8000", key)

    assert not key or key not in str(caught.value)


def test_the_environment_names_the_gate_and_the_older_names_count_too():
    usual = open_wire({"APPROVAL_API_KEY": "k"})
    named = open_wire({"APPROVAL_API_KEY": "k", "APPROVAL_GATE_URL": "http://gate:1/"})
    older = open_wire({"AGENTGATE_API_KEY": "k", "AGENTGATE_URL": "http://older:1"})
    both = open_wire(
        {"APPROVAL_API_KEY": "k", "APPROVAL_GATE_URL": "", "AGENTGATE_URL": "http://o"}
    )

    assert [wire.url for wire in (usual, named, older, both)] == [
        "http://127.0.0.1:8000",
        "http://gate:1",
        "http://older:1",
        "http://o",
    ]
