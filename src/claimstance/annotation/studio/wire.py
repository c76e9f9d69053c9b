"""Calls to Label Studio, one at a time: what they raise says what to do, and shows no token, cookie or e-mail."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from claimstance.errors import ServerError

T = TypeVar("T")

PATIENCE = 60  # seconds without a sign of life from the server
WAITS = (0.5, 2.0, 8.0, 30.0)  # seconds before the second, third … attempt; a restarted server answers after four
_AGAIN = "Run the command again: it goes on where it stopped."
_ITSELF = "Is LABEL_STUDIO_URL the address of Label Studio itself?"
_ADDRESS = re.compile(r"[^\s\"'<>@]+@[^\s\"'<>@]+")


class Passing(ServerError):
    """It may go well another time: no answer, half an answer, or a server that says that it cannot now."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A line to one server. `http` is the SDK's: it adds the token, and knows both kinds of them."""

    where: str
    http: Any = field(repr=False)
    token: str = field(repr=False)
    wait: Callable[[float], None] = field(default=time.sleep, repr=False)

    def ask(
        self,
        what: str,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        patience: float = PATIENCE,
        due: type = object,
    ) -> Any:
        """It will send one request, once, and return the JSON of its answer (None if that is empty).

        `what` completes "the server refused to …", `due` is what the answer has to be: a dict or a list. Raises Passing
        if the request may or may not have been heard, or was heard too early; ServerError if it was refused, or if the
        answer is none, which may be when a word is looked up in it that it has not.
        """
        # Bytes of our own in place of the SDK's models: its encoder takes as long for a task as the server's import.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        with self._sending(what):
            answer = self.http.request(
                path,
                method=method,
                params=params,
                content=content,
                headers={"content-type": "application/json"} if content is not None else None,
                request_options={"max_retries": 0, "timeout_in_seconds": patience},
            )
        self._accept(what, answer)
        if not answer.content and due is object:
            return None
        try:
            said = json.loads(answer.content, object_hook=lambda said: _Said(said, self.where, what))
        except (ValueError, RecursionError):
            raise ServerError(self.where, f"the answer to the wish to {what} is no JSON", _ITSELF) from None
        if not isinstance(said, due):
            raise _otherwise(self.where, what, f"is no {due.__name__}")
        return said

    def get(self, what: str, path: str, params: Mapping[str, Any] | None = None, due: type = dict) -> Any:
        """It will read, and read again after a while where no answer comes."""
        return self.again(lambda: self.ask(what, "GET", path, params, due=due))

    def again(self, work: Callable[[], T]) -> T:
        """It will do what may be done twice, up to five times."""
        for pause in WAITS:
            try:
                return work()
            except Passing:
                self.wait(pause)
        return work()

    @contextmanager
    def download(self, what: str, path: str) -> Iterator[Iterator[bytes]]:
        """It will give the bytes of a file as they come. Raises Passing where they end too early."""
        import httpx

        options = {"timeout_in_seconds": PATIENCE}
        with ExitStack() as line:
            with self._sending(what):
                answer = line.enter_context(self.http.stream(path, method="GET", request_options=options))
            try:
                if not answer.is_success:
                    answer.read()
                self._accept(what, answer)
                yield answer.iter_bytes()
            except httpx.HTTPError as error:
                raise self._unheard(what, error) from None

    @contextmanager
    def _sending(self, what: str) -> Iterator[None]:
        """While a request goes out. The SDK first exchanges a newer token for one that opens; its errors quote it."""
        import httpx

        try:
            yield
        except httpx.HTTPError as error:
            raise self._unheard(what, error) from None
        except Exception as error:
            status = getattr(error, "status_code", None) or 0
            if status in (401, 403):
                raise unknown_token(self.where) from None
            kind = Passing if status == 429 or status >= 500 else ServerError
            how = status or type(error).__name__
            raise kind(self.where, f"the token was not exchanged for one that opens ({how})", _ITSELF) from None

    def _unheard(self, what: str, error: Exception) -> Passing:
        """No answer. The text of an error about a connection is the system's; others may quote what was sent."""
        import httpx

        if isinstance(error, httpx.ConnectError):
            return Passing(self.where, f"not reachable ({error})", f"Does Label Studio run there? {_AGAIN}")
        return Passing(self.where, f"no answer to the wish to {what} ({type(error).__name__})", _AGAIN)

    def _accept(self, what: str, answer: Any) -> None:
        """Raise what the status of an answer means."""
        status = answer.status_code
        if 200 <= status < 300:
            return
        if status in (408, 425, 429) or status >= 500:
            raise Passing(self.where, f"the server could not {what} now ({status})", f"{_AGAIN} Its log says more.")
        if 300 <= status < 400:
            raise ServerError(
                self.where,
                f"the server sends us elsewhere ({status}), and the token goes nowhere else",
                "Set LABEL_STUDIO_URL to the address that a browser ends at.",
            )
        if status == 401:
            raise unknown_token(self.where)
        if status == 403:
            then = "Use the token of an account that may: the owner of the organization, or a manager."
            raise ServerError(self.where, f"the token's account may not {what} (403)", then)
        if status == 404:
            then = f"{_ITSELF} Was nothing deleted there meanwhile?"
            raise ServerError(self.where, f"the server found nothing to {what} (404)", then)
        raise ServerError(self.where, f"the server refused to {what} ({status})", self._reason(answer))

    def _reason(self, answer: Any) -> str:
        """What a refusal says of itself, in 300 characters, without addresses."""
        try:
            said = answer.json()
        except ValueError:
            return ""
        told = (said.get("validation_errors") or said.get("detail")) if isinstance(said, dict) else None
        text = json.dumps(told, ensure_ascii=False) if told else ""
        text = _ADDRESS.sub("(an address)", text.replace(self.token, "(the token)"))
        return f"It says: {text[:300]}" if text else ""


class _Said(dict[str, Any]):
    """An object of an answer. What is looked up in it has to be there."""

    def __init__(self, said: Mapping[str, Any], where: str, what: str) -> None:
        super().__init__(said)
        self._place = where, what

    def __missing__(self, key: str) -> Any:
        raise _otherwise(*self._place, f"has no {key!r}")


def _otherwise(where: str, what: str, how: str) -> ServerError:
    then = f"{_ITSELF} Its version may be another one than constraints-label-studio.txt names."
    return ServerError(where, f"the answer to the wish to {what} {how}", then)


def unknown_token(where: str) -> ServerError:
    """It will say what to do when a server does not know who we are."""
    return ServerError(
        where,
        "the server does not know the token (401)",
        "Set LABEL_STUDIO_API_KEY to a token of an account there. Is the legacy token enabled, if it is one? "
        "(Organization, API Tokens Settings.)",
    )
