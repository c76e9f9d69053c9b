"""A line to a server that fails as lines do: a proxy on this machine that spoils the requests it is told to spoil."""

import http.client
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

UNHEARD = "dropped before the server hears it"
UNANSWERED = "heard, and the answer lost"
REFUSED = "answered 503"
DOUBLED = "heard twice"
CUT = "answered by half"
KILLED = "heard by a server that is killed over it"
WAYS = (UNHEARD, UNANSWERED, REFUSED, DOUBLED, CUT)

Answer = tuple[int, list[tuple[str, str]], bytes]
Spoil = Callable[[int, str, str], str | Answer | None]


def once(at: int, way: str | Answer) -> Spoil:
    """It will spoil one request, the one numbered `at`."""
    return lambda number, method, path: way if number == at else None


def always(ending: str, way: str | Answer) -> Spoil:
    """It will spoil every request whose path ends so."""
    return lambda number, method, path: way if path.endswith(ending) else None


class Line:
    """A proxy to `target`. `spoil` says of the nth request (from 0), its method and path, what goes wrong, if anything.

    An answer in place of a name is given as it is, and the server hears nothing. `kill` is called for KILLED.
    """

    def __init__(
        self,
        target: str,
        spoil: Spoil = lambda number, method, path: None,
        kill: Callable[[], object] = lambda: None,
    ) -> None:
        self.target, self.spoil, self.kill = target, spoil, kill
        self.heard: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        line = self

        class Handler(BaseHTTPRequestHandler):
            def _pass(self) -> None:
                line.serve(self)

            do_GET = do_POST = do_PATCH = do_DELETE = _pass  # noqa: N815

            def log_message(self, *said: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where the proxy listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """Pass one request on, or spoil it."""
        request.close_connection = True
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        number = len(self.heard)
        self.heard.append((request.command, urlsplit(request.path).path))
        way = self.spoil(number, *self.heard[-1])
        if isinstance(way, tuple):
            _answer(request, way)
        elif way == REFUSED:
            _answer(request, (503, [], b"busy"))
        elif way == KILLED:
            self._forward(request, body, kill=True)
        elif way != UNHEARD:
            answer = self._forward(request, body)
            if way == DOUBLED:
                self._forward(request, body)
            if way != UNANSWERED and answer:
                _answer(request, answer, half=way == CUT)

    def _forward(self, request: BaseHTTPRequestHandler, body: bytes, kill: bool = False) -> Answer | None:
        server = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=600)
        try:
            server.request(request.command, request.path, body or None, dict(request.headers))
            if kill:
                self.kill()
                return None
            answer = server.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except OSError:  # no server there any more
            return None
        finally:
            server.close()


def _answer(request: BaseHTTPRequestHandler, answer: Answer, half: bool = False) -> None:
    status, headers, body = answer
    request.send_response(status)
    for name, value in headers:
        if name.lower() not in ("connection", "content-length", "transfer-encoding"):
            request.send_header(name, value)
    request.send_header("content-length", str(len(body)))
    request.end_headers()
    request.wfile.write(body[: len(body) // 2] if half else body)
