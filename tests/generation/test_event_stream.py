"""Events of a take over HTTP as they come: a real server, a real connection, a real render."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from accounts.models.api_token import ApiToken
from accounts.values import Actor, Role
from core.ids import new_id
from generation import event_stream
from generation.event_stream import MOST_STREAMS, EventStream
from generation.operations.takes import cancel_take, request_take
from generation.queries import TakeCard
from generation.values import TakeState
from tests.factories.accounts import a_member, user_of
from tests.factories.takes import Studio, a_studio, an_order_for, rendered

pytestmark = pytest.mark.slow


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as there
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: what is asked here is what the test asks."""


@dataclass(frozen=True, slots=True)
class Part:
    id: int
    event: str
    data: dict[str, Any]


@pytest.fixture
def studio(committed_db: None, pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


@pytest.fixture
def port(committed_db: None) -> Iterator[int]:
    application = get_wsgi_application()
    server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@contextmanager
def _asked(port: int, actor: Actor, take: TakeCard, **headers: str) -> Iterator[http.client.HTTPResponse]:
    _, secret = ApiToken.objects.create(user_of(actor), organisation_id=actor.organisation_id)
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    link.request(
        "GET",
        f"/v1/takes/{take.id}/events",
        headers={"Authorization": f"Bearer {secret}", "Accept": "text/event-stream", **named},
    )
    answer = link.getresponse()
    try:
        yield answer
    finally:
        answer.close()
        link.close()


def _parts(answer: http.client.HTTPResponse) -> Iterator[Part]:
    """The events of a stream as they come."""
    said: dict[str, str] = {}
    for line in answer:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            said[name] = value
        elif "data" in said:
            yield Part(int(said["id"]), said["event"], json.loads(said["data"]))
            said = {}


def _take(studio: Studio, **fields: Any) -> TakeCard:  # noqa: ANN401 - any field
    return request_take(an_order_for(studio, **fields), actor=studio.producer, idempotency_key=str(new_id()))


class TestStream:
    def test_tells_each_step_as_it_is_made_and_ends_with_the_take(self, studio: Studio, port: int) -> None:
        card = _take(studio, steps=150)
        with _asked(port, studio.producer, card) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/event-stream"
            parts = _parts(answer)
            first = next(parts)
            # It came before the take was begun: nobody waited for the end.
            assert (first.event, first.data["state"]) == ("state", "queued")
            rendered(card, studio)
            rest = list(parts)

        assert (rest[-1].event, rest[-1].data) == ("end", {"state": "signed"})
        states = [one.data["state"] for one in rest if one.event == "state"]
        assert states[-1] == "signed"
        steps = [one.data for one in rest if one.event == "progress" and one.data["stage"] == "denoise"]
        assert steps
        assert {one["stage_steps"] for one in steps} == {150}
        counted = [one["step"] for one in steps]
        assert counted == sorted(counted)
        assert all({"seconds_per_step", "seconds_left"} <= one.keys() for one in steps)
        assert {one["preview"] for one in steps if "preview" in one} <= {
            None,
            f"/v1/takes/{card.id}/preview",
        }
        numbers = sorted({one.id for one in rest})

        # Whoever was cut off goes on after what they had; whoever has all is not to come again.
        with _asked(port, studio.producer, card, Last_Event_ID=str(numbers[-2])) as answer:
            assert [(one.id, one.event) for one in _parts(answer)] == [
                (numbers[-1], "state"),
                (numbers[-1], "end"),
            ]
        with _asked(port, studio.producer, card, Last_Event_ID=str(numbers[-1])) as answer:
            assert answer.status == 204

    def test_ends_after_a_while_and_its_place_is_free_again(
        self, studio: Studio, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _take(studio)
        usual = EventStream.__init__.__kwdefaults__
        assert usual is not None
        monkeypatch.setitem(usual, "longest_s", 1.0)
        for _ in range(MOST_STREAMS + 1):
            with _asked(port, studio.producer, card) as answer:
                assert [one.event for one in _parts(answer)] == ["state"]

    def test_more_than_may_are_told_to_come_again(self, studio: Studio, port: int) -> None:
        card = _take(studio)
        with _asked(port, studio.producer, card) as one, _asked(port, studio.producer, card) as other:
            assert (next(_parts(one)).event, next(_parts(other)).event) == ("state", "state")
            with _asked(port, studio.producer, card) as answer:
                assert answer.status == 503
                assert answer.headers["Retry-After"] == "5"
                assert json.loads(answer.read())["type"].endswith("event-streams-taken")
            cancel_take(card.id, actor=studio.producer)
            assert [part.event for part in _parts(one)][-1] == "end"

    def test_is_for_whoever_may_see_the_take(self, studio: Studio, port: int) -> None:
        card = _take(studio)
        with _asked(port, a_member(Role.PRODUCER), card) as answer:
            assert answer.status == 404
        with _asked(port, studio.producer, card, Authorization="Bearer nobody's") as answer:
            assert answer.status in {401, 403}

    def test_a_page_of_them_is_what_is_asked_without_it(self, studio: Studio, port: int) -> None:
        card = _take(studio)
        with _asked(port, studio.producer, card, Accept="application/json") as answer:
            told = json.loads(answer.read())
        assert [one["state"] for one in told["events"]] == [TakeState.QUEUED.value]


def test_a_stream_that_nobody_reads_gives_its_place_back(studio: Studio) -> None:
    card = _take(studio)
    for _ in range(2 * MOST_STREAMS):
        stream = EventStream(studio.organisation_id, card.id, after=0, said=lambda _: {})
        stream.close()
        stream.close()
    assert event_stream._slots._value == MOST_STREAMS
