"""The Hub as a server on this machine: it reads requests, notes them, spoils those it is told to spoil."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Lock, Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from faults import REFUSED, UNANSWERED, UNHEARD
from hub import routes
from hub.routes import Route
from hub.store import Store
from hub.wire import Answer, Refused, Request, as_json

BROKEN = "heard, and answered 500"
WAYS = (UNHEARD, REFUSED, UNANSWERED, BROKEN)
LIMIT = 64 * 2**20  # bytes that a request may have
_ONCE_A_PROCESS = "/api/agent-harnesses"  # the client asks this for its own sake; to count it would shift the numbers
_PART = 2**20  # bytes that are read at once
_PATIENCE = 30  # seconds that a client may be silent in the middle of a request

Way = str | Callable[[], object]
Faults = Mapping[int | tuple[str, int], Way]


@dataclass
class Asked:
    """A request that came: its number from 0, and whether it brought a token. `status` is 0 if nothing was answered."""

    number: int
    method: str
    route: str
    path: str
    token: bool
    status: int = 0


class Hub:
    """A Hub whose whole memory is `folder`.

    `faults` says what goes wrong with a request, by its number or by its route and how many of that route came before:
    `{3: REFUSED, ("commit", 0): UNANSWERED}`. A function in place of a name is called when the request is there, before
    anything else happens: it may wait, be faster than the request, or kill whoever asks; a name that it returns counts.
    `heard` is what came; to clear it begins the count again.
    """

    def __init__(self, folder: Path, faults: Faults | None = None, limit: int = LIMIT) -> None:
        self.store, self.faults, self.limit = Store(folder), dict(faults or {}), limit
        self.heard: list[Asked] = []
        self._idle, self._begun = Condition(), 0
        self.errors: list[Exception] = []  # of the Hub's own; it will raise them when it stops
        self._hearing, self._acting = Lock(), Lock()
        self._port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self, port: int = 0) -> None:
        """Listen, at the address it had if it was stopped before."""
        hub = self

        class Handler(_Handler):
            of = hub

        self._server = _Server(("127.0.0.1", port or self._port), Handler)
        self._port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being answered, and be gone."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if self.errors:
            raise ExceptionGroup("the Hub failed", self.errors)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def asked(self, *names: str) -> list[Asked]:
        """The requests of these routes that came."""
        return [one for one in self.heard if one.route in names]

    def settle(self) -> None:
        """Wait until what was heard is done, also for whoever is gone."""
        with self._idle:
            self._idle.wait_for(lambda: not self._begun)

    def hear(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Answer | None:
        """Answer a request, or spoil it. No body is one that is too large."""
        with self._idle:
            self._begun += 1
        try:
            return self._hear(method, target, headers, body)
        finally:
            with self._idle:
                self._begun -= 1
                self._idle.notify_all()

    def _hear(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Answer | None:
        path, query = urlsplit(target).path, dict(parse_qsl(urlsplit(target).query))
        if path == _ONCE_A_PROCESS:
            return as_json({"standardEnvVars": [], "harnesses": {}})
        found = routes.find(method, path)
        name = found[0].name if found else "unknown"
        with self._hearing:
            nth = len(self.asked(name))
            noted = Asked(len(self.heard), method, name, path, "authorization" in headers)
            self.heard.append(noted)
            way: object = self.faults.get(noted.number) or self.faults.get((name, nth))
        if callable(way):
            way = way()
        if way == UNHEARD:
            return None
        if way == REFUSED:
            answer = as_json({"error": "busy"}, 503)
        elif body is None:
            answer = as_json({"error": "too much"}, 413)
        else:
            answer = self._act(found, Request(self.store, self.url, method, path, query, headers, body))
        if way == BROKEN:
            answer = as_json({"error": "broken"}, 500)
        noted.status = 0 if way == UNANSWERED else answer.status
        return None if way == UNANSWERED else answer

    def _act(self, found: tuple[Route, dict[str, str]] | None, asked: Request) -> Answer:
        """Do what is asked, one request after the other."""
        try:
            if found is None:
                raise Refused(404, f"this Hub does not know {asked.method} {asked.path}")
            with self._acting:
                return found[0].answer(replace(asked, parts=found[1]))
        except Refused as refused:
            return refused.answer
        except Exception as error:
            self.errors.append(error)
            return as_json({"error": "the Hub failed"}, 500)


class _Handler(BaseHTTPRequestHandler):
    """A connection, for one request: what is kept alive would outlive the test."""

    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    of: Hub

    def answer(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):  # whoever asked is gone
            body = self._body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = self.of.hear(self.command, self.path, headers, body)
            if answer is not None:
                self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def log_message(self, *said: object) -> None:
        pass

    def _body(self) -> bytes | None:
        """What was sent; nothing if that is too much, but it is taken, so that the answer is heard."""
        kept = bytearray()
        length = 0
        for part in self._parts():
            length += len(part)
            if length <= self.of.limit:
                kept += part
        return bytes(kept) if length <= self.of.limit else None

    def _parts(self) -> Iterator[bytes]:
        if self.headers.get("transfer-encoding", "") != "chunked":
            left = int(self.headers.get("content-length", 0))
            while left and (part := self.rfile.read(min(left, _PART))):
                left -= len(part)
                yield part
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


class _Server(ThreadingHTTPServer):
    """A server that waits for its threads when it is closed."""

    daemon_threads = False
    request_queue_size = 64
