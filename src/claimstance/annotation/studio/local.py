"""A real Label Studio on this machine: started, found again by other commands, stopped. Only this machine reaches it.

Everything of it is in one folder (.label-studio/): its database, its log, server.json (where it listens) and .env with
its SECRET_KEY (keys.py). It keeps to SQLite unless its own settings say otherwise: DJANGO_DB=default and POSTGRE_NAME,
_USER, _PASSWORD, _HOST, _PORT.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from claimstance.annotation.batches import DOMAIN
from claimstance.annotation.studio.keys import password, prepare, token
from claimstance.errors import ServerError

OWNER = f"corpus.owner@{DOMAIN}"  # no pseudonym has a dot
VENV = "CLAIMSTANCE_LABEL_STUDIO_VENV"
_SETTINGS = {
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",  # at the first start, or every call with the token is a 401
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_ALLOWED_HOSTS": "127.0.0.1,localhost",
    "LABEL_STUDIO_CORS_ALLOW_ALL_ORIGINS": "false",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
    "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_SENTRY_DSN": "",
    "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
    "PYTHONUNBUFFERED": "1",
}
# What a server sees of our environment. It also reads bare names such as HOST, PORT, DEBUG and USERNAME.
_PASSED = re.compile(
    r"PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|DJANGO_DB|POSTGRE_\w+|LABEL_STUDIO_(?!URL|API)\w+"
)
_LISTENS = re.compile(r"Starting development server at http://127\.0\.0\.1:(\d+)/")  # said once the port is its own
_PATIENCE = 600.0  # seconds; a first start took 28 to 36, on SQLite and two cores
_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Local:
    """A server that this process started. `stop` ends it with everything that it started itself."""

    url: str
    folder: Path
    token: str = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)

    def stop(self) -> None:
        """It will end the server, at once if it does not end by itself in ten seconds. Doing it again does nothing."""
        _stop(self.process)

    def wait(self) -> None:
        """It will wait until the server ends by itself, which is a ServerError, or until Ctrl-C."""
        code = self.process.wait()
        raise ServerError(self.url, f"the server ended by itself (exit code {code})", _see(self.folder))

    def __enter__(self) -> Self:
        """Nothing more is done: it runs already."""
        return self

    def __exit__(self, *_: object) -> None:
        """It will stop the server."""
        self.stop()


def start(
    venv: Path,
    folder: Path,
    port: int = 0,
    say: Callable[[str], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Local:
    """It will start Label Studio from `venv` over the data in `folder`: on `port`, or else on the one of last time
    if it is free, so that annotators' bookmarks hold, or on any that is.

    `say` is told what takes long. Raises ServerError: not installed, running already, ended before it answered.
    """
    program = venv / "bin" / "label-studio"
    if not program.exists():
        then = f"Install it (annotations/README.md says how), or name its environment in {VENV}."
        raise ServerError(str(venv), "Label Studio is not there", then)
    fresh = not (folder / "server.json").exists()
    prepare(folder)
    if fresh:
        say("The first start makes a database. That takes about half a minute; later ones take four seconds.")
    process = _spawn(program, folder, port or _noted(folder).get("port") or _free_port())
    try:
        return _answering(process, folder, port, say, pause)
    except BaseException:
        _stop(process)
        raise


def connection(folder: Path) -> tuple[str, str]:
    """It will be address and owner's token of the server that runs over `folder`. Raises ServerError if none does."""
    lock = _lock(folder) if folder.is_dir() else None
    if lock is not None:
        os.close(lock)
    url = _noted(folder).get("url")
    if lock is not None or url is None:
        then = "Run scripts/label_studio.py in another terminal, or set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY."
        raise ServerError(str(folder), "no Label Studio runs here", then)
    return url, token(folder)


def add_people(server: Local, names: Iterable[str]) -> dict[str, str]:
    """It will make an account <name>@claimstance.invalid for everybody who has none, and return account -> password.

    They sign up by the owner's invitation, as people do, and so get no more rights than those who are invited.
    """
    known = {one["email"] for one in json.loads(_call(server, "GET", "/api/users/")[1])}
    accounts = [f"{name}@{DOMAIN}" for name in sorted(set(names))]
    passwords = {account: password(server.folder, account) for account in accounts}
    invitation = urlsplit(json.loads(_call(server, "GET", "/api/invite")[1])["invite_url"])
    for account in (one for one in accounts if one not in known):
        page = f"{invitation.path}?{invitation.query}"
        headers, _ = _call(server, "GET", page, {"Authorization": ""})
        found = re.search(r"csrftoken=(\w+)", headers.get("Set-Cookie", ""))
        seal = found[1] if found else ""
        form = {"email": account, "password": passwords[account], "csrfmiddlewaretoken": seal}
        sent = {"Authorization": "", "Cookie": f"csrftoken={seal}", "Content-Type": "application/x-www-form-urlencoded"}
        _call(server, "POST", page, sent, urlencode(form), wanted=302)
    return passwords


def _lock(folder: Path) -> int | None:
    """A handle that nobody else has now; None if somebody has it."""
    import fcntl

    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _spawn(program: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server in a group of its own. It inherits the lock: whatever happens to us, it is held as it lives."""
    lock = _lock(folder)
    if lock is None:
        raise ServerError(str(folder), "a Label Studio runs over it already", f"{_where(folder)}Stop that one first.")
    own = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder.absolute()),
        "LABEL_STUDIO_USERNAME": OWNER,
        "LABEL_STUDIO_PASSWORD": password(folder, OWNER),
        "LABEL_STUDIO_USER_TOKEN": token(folder),
    }
    try:
        if "url" in (last := _noted(folder)):  # whatever listens there now must not get the token
            _note(folder, {"port": last.get("port")})
        with (folder / "server.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the program of the environment that the caller named
                [program, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)],
                env=_passed(os.environ) | _SETTINGS | own,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that Ctrl-C reaches us first, and one signal all that it started
                pass_fds=[lock],
            )
    finally:
        os.close(lock)


def _passed(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if _PASSED.fullmatch(name)}


def _answering(
    process: subprocess.Popen[bytes],
    folder: Path,
    port: int,
    say: Callable[[str], None],
    pause: Callable[[float], None],
) -> Local:
    """Wait for the server's own word on where it listens (a taken port makes it move on), then for its health."""
    for step in range(int(_PATIENCE / _STEP)):
        if process.poll() is not None:
            what = f"the server ended before it answered (exit code {process.returncode})"
            raise ServerError(str(folder), what, _see(folder))
        said = _LISTENS.search((folder / "server.log").read_text(encoding="utf-8", errors="replace"))
        if said and port and int(said[1]) != port:
            raise ServerError(str(folder), f"port {port} is taken", "Name another one, or none.")
        server = Local(f"http://127.0.0.1:{said[1]}" if said else "", folder, token(folder), process)
        if said and _healthy(server):
            break
        if step and step % (10 / _STEP) == 0:
            say(f"… {step * _STEP:.0f} s")
        pause(_STEP)
    else:
        raise ServerError(str(folder), f"no answer in {_PATIENCE:.0f} s", _see(folder))
    _call(server, "GET", "/api/current-user/whoami")
    _note(folder, {"pid": process.pid, "port": urlsplit(server.url).port, "url": server.url})
    return server


def _healthy(server: Local) -> bool:
    try:
        _call(server, "GET", "/health", {"Authorization": ""})
    except (OSError, http.client.HTTPException, ServerError):
        return False
    return True


def _call(
    server: Local,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    wanted: int = 200,
) -> tuple[http.client.HTTPMessage, bytes]:
    """One call to our own server. The address is always this machine; no proxy is asked."""
    line = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port or 80, timeout=60)
    try:
        line.request(method, path, body, {"Authorization": f"Token {server.token}"} | dict(headers or {}))
        answer = line.getresponse()
        said = answer.read()
    finally:
        line.close()
    if answer.status == 401:
        then = "Its database was made with another SECRET_KEY: restore the .env that it began with."
        raise ServerError(str(server.folder), "the server does not know our token", then)
    if answer.status != wanted:
        # The query is left out: it holds the invitation.
        raise ServerError(f"{server.url}{urlsplit(path).path}", f"answered {answer.status}", _see(server.folder))
    return answer.headers, said


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    for order in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, order)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)


def _note(folder: Path, said: Mapping[str, Any]) -> None:
    partial = folder / "server.json.partial"
    partial.write_text(json.dumps(said, sort_keys=True) + "\n", encoding="utf-8")
    partial.replace(folder / "server.json")


def _noted(folder: Path) -> dict[str, Any]:
    """What is known of the last server over the folder: pid, port, url."""
    try:
        said = json.loads((folder / "server.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _where(folder: Path) -> str:
    """What a person needs to find the server that has the folder."""
    said = _noted(folder)
    return f"It listens at {said['url']}, process {said['pid']}. " if {"url", "pid"} <= set(said) else ""


def _see(folder: Path) -> str:
    return f"Its own words are in {folder / 'server.log'}."


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
