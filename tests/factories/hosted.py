"""A service that runs a model, on this machine: it speaks the shape of /v1/videos and answers real films."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from generation.engines.folder import write_lock

KEY = "sk-operator-secret"
FIELDS = ("model", "prompt", "size", "seconds", "seed")


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class VideoService:
    """Jobs in memory. `film`: what is answered. `looks`: how often a job is asked for before it is done.

    `faults`: what is answered instead, first come first: (method and start of the path, status, headers, body); a
    status of 0 hangs up without a word.
    """

    film: Path
    looks: int = 2
    port: int = 0
    faults: list[tuple[str, int, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    fails: dict[str, str] | None = None
    seen: list[Seen] = field(default_factory=list)
    jobs: dict[str, int] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def of(self, method: str, path: str = "/v1/videos") -> list[Seen]:
        return [one for one in self.seen if one.method == method and one.path.startswith(path)]


@contextmanager
def video_service(film: Path, **behaviour: Any) -> Iterator[VideoService]:  # noqa: ANN401 - any field
    """The service, for as long as the block lasts."""
    service = VideoService(film, **behaviour)

    class Handler(_Handler):
        of = service

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def a_hosted_folder(folder: Path, port: int, **changes: Any) -> Path:  # noqa: ANN401 - any word of it
    """A locked declaration of the service at that port of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "format": 1,
        "protocol": "openai-videos",
        "base_url": f"http://127.0.0.1:{port}/v1",
        "network": "loopback",
        "model": "reel-2",
        "territory": "US",
        "fps": 24,
        "sizes": ["320x180", "180x320"],
        "lengths": {"1": 24, "2": 48},
        "sends": ["seed"],
        "answers": {"trains_on_prompts": False},
    }
    (folder / "hosted.json").write_text(json.dumps({**content, **changes}))
    (folder / "MODEL_CARD.md").write_text("# Reel 2\n\nRun by Quillpath.\n")
    write_lock(folder)
    return folder


class _Handler(BaseHTTPRequestHandler):
    of: VideoService
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Nothing: tests are quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = _form(body, self.headers["Content-Type"].partition("boundary=")[2])
        if self._faulty(form):
            return
        job = f"video_{len(self.of.jobs) + 1}"
        self.of.jobs[job] = 0
        self._json(200, self._job(job))

    def do_GET(self) -> None:
        if self._faulty({}):
            return
        job = self.path.split("/")[3]
        if job not in self.of.jobs:
            self._json(404, {"error": {"message": "no such video", "code": "not_found"}})
        elif self.path.endswith("/content"):
            self._film()
        else:
            self.of.jobs[job] += 1
            self._json(200, self._job(job))

    def do_DELETE(self) -> None:
        if self._faulty({}):
            return
        job = self.path.split("/")[3]
        self.of.jobs.pop(job, None)
        self.of.deleted.append(job)
        self._json(200, {"id": job, "object": "video.deleted", "deleted": True})

    def _job(self, job: str) -> dict[str, Any]:
        looks = self.of.jobs[job]
        told: dict[str, Any] = {"id": job, "object": "video", "model": "reel-2", "progress": 0}
        if looks == 0:
            return told | {"status": "queued"}
        if looks < self.of.looks:
            return told | {"status": "in_progress", "progress": 100 * looks // self.of.looks}
        if self.of.fails is not None:
            return told | {"status": "failed", "error": self.of.fails}
        return told | {"status": "completed", "progress": 100}

    def _faulty(self, form: dict[str, str]) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.of.seen.append(Seen(self.command, self.path, headers, form))
        if headers.get("authorization") != f"Bearer {KEY}":
            self._json(401, {"error": {"message": f"Incorrect key {headers.get('authorization')}"}})
            return True
        for place, (start, status, more, body) in enumerate(self.of.faults):
            if f"{self.command} {self.path}".startswith(start):
                del self.of.faults[place]
                if status == 0:
                    self.close_connection = True
                else:
                    self._json(status, body, more)
                return True
        return False

    def _json(self, status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._answer(
            status, json.dumps(content).encode(), {"Content-Type": "application/json", **(headers or {})}
        )

    def _film(self) -> None:
        self._answer(200, self.of.film.read_bytes(), {"Content-Type": "video/mp4"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _form(body: bytes, boundary: str) -> dict[str, str]:
    """The fields of a form, read by the rules and not by our own writer."""
    import email.parser
    import email.policy

    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b"Content-Type: multipart/form-data; boundary=" + boundary.encode() + b"\r\n\r\n" + body
    )
    return {
        str(part.get_param("name", header="content-disposition")): part.get_content().rstrip("\r\n")
        if isinstance(part.get_content(), str)
        else ""
        for part in message.iter_parts()
    }
