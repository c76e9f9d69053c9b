"""The server on this machine: it starts, is found, stops wholly, and its secrets stay its own."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from types import ModuleType

import pytest

from claimstance.annotation.studio import local
from claimstance.annotation.studio.keys import password
from claimstance.errors import ServerError
from conftest import GUIDELINE, REPOSITORY
from serving import LabelStudio

Script = Callable[[str], ModuleType]
Patch = pytest.MonkeyPatch
Capture = pytest.CaptureFixture[str]


def test_a_server_is_found_while_it_runs_and_leaves_no_process_when_it_stops(label_studio: LabelStudio) -> None:
    server = label_studio.start_copy()

    found = local.connection(server.folder)
    server.stop()

    with pytest.raises(ServerError, match="no Label Studio runs here"):
        local.connection(server.folder)
    with pytest.raises(ProcessLookupError):
        os.killpg(server.process.pid, 0)
    assert found == (server.url, server.token)


def test_a_second_start_over_the_same_data_is_refused_and_the_first_lives_on(label_studio: LabelStudio) -> None:
    first = label_studio.server

    with pytest.raises(ServerError) as refused:
        local.start(label_studio.venv, first.folder)

    said = f"{first.folder}: a Label Studio runs over it already. It listens at {first.url}, "
    assert (str(refused.value).startswith(said), first.process.poll()) == (True, None)


def test_a_killed_server_holds_nothing_and_starts_again_at_the_same_address(label_studio: LabelStudio) -> None:
    server = label_studio.start_copy()
    server.process.kill()

    again = label_studio.restart(server)

    assert (again.url, local.connection(server.folder)) == (server.url, (server.url, server.token))


def test_a_taken_port_is_refused_by_number_and_avoided_otherwise(label_studio: LabelStudio) -> None:
    folder = label_studio.folder()
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        with pytest.raises(ServerError, match=f"port {taken} is taken"):
            local.start(label_studio.venv, folder, port=taken)
        (folder / "server.json").write_text(f'{{"pid": 1, "port": {taken}, "url": ""}}', encoding="utf-8")
        server = local.start(label_studio.venv, folder)
        server.stop()

    assert server.url != f"http://127.0.0.1:{taken}"


def test_token_and_passwords_stand_in_no_file_and_nobody_else_may_read_the_key(label_studio: LabelStudio) -> None:
    server = label_studio.start_copy()

    passwords = local.add_people(server, ["ada", "bo"])
    again = local.add_people(server, ["bo", "ada"])
    server.stop()

    database = server.folder / "label_studio.sqlite3"
    ours = [path for path in server.folder.rglob("*") if path.is_file() and path != database]
    secrets = [server.token, password(server.folder, local.OWNER), *passwords.values()]
    leaks = [path.name for path in ours for secret in secrets if secret.encode() in path.read_bytes()]
    leaks += [secret for secret in passwords.values() if secret.encode() in database.read_bytes()]
    rights = [stat.S_IMODE(path.stat().st_mode) for path in (server.folder, server.folder / ".env")]
    assert (leaks, rights, again, server.token in repr(server)) == ([], [0o700, 0o600], passwords, False)


def test_a_server_that_ends_at_once_says_where_to_read_why(tmp_path: Path) -> None:
    program = tmp_path / "venv" / "bin" / "label-studio"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)

    with pytest.raises(ServerError) as refused:
        local.start(tmp_path / "venv", tmp_path / "data", pause=lambda _: None)

    log = tmp_path / "data" / "server.log"
    expected = f"{log.parent}: the server ended before it answered (exit code 3). Its own words are in {log}."
    assert str(refused.value) == expected


def test_a_server_that_never_answers_is_given_up_and_stopped(tmp_path: Path) -> None:
    program = tmp_path / "venv" / "bin" / "label-studio"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexec sleep 1000\n", encoding="utf-8")
    program.chmod(0o755)
    said: list[str] = []

    with pytest.raises(ServerError, match="no answer in 600 s"):
        local.start(tmp_path / "venv", tmp_path / "data", say=said.append, pause=lambda _: None)

    assert [said[0][:37], *said[1:3]] == ["The first start makes a database. Tha", "… 10 s", "… 20 s"]


def test_until_a_server_says_where_it_listens_nobody_gets_the_address_of_the_last_one(tmp_path: Path) -> None:
    program, folder = tmp_path / "venv" / "bin" / "label-studio", tmp_path / "data"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexec sleep 1000\n", encoding="utf-8")
    program.chmod(0o755)
    folder.mkdir()
    (folder / "server.json").write_text('{"pid": 1, "port": 9, "url": "http://127.0.0.1:9"}', encoding="utf-8")

    def ask(seconds: float) -> None:
        local.connection(folder)

    with pytest.raises(ServerError, match="no Label Studio runs here"):
        local.start(program.parent.parent, folder, pause=ask)

    assert (folder / "server.json").read_text(encoding="utf-8") == '{"port": 9}\n'


@pytest.mark.parametrize("said", ["", "5", "[[1, 2]]", '{"url": "http://127.0.0.1:9"'])
def test_a_note_of_the_last_server_that_is_none_is_as_if_it_were_not_there(tmp_path: Path, said: str) -> None:
    (tmp_path / "server.json").write_text(said, encoding="utf-8")

    with pytest.raises(ServerError, match="no Label Studio runs here"):
        local.connection(tmp_path)


def test_a_server_that_is_named_by_nothing_is_not_named(mini: Path, script: Script, monkeypatch: Patch) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", "")
    monkeypatch.setenv(local.VENV, str(mini / "venv"))
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # the handlers of the tests stay

    with pytest.raises(ServerError, match="Label Studio is not there"):
        script("label_studio").main(["--corpus", str(mini)])


def test_a_database_of_another_key_is_told_from_a_bad_server(label_studio: LabelStudio) -> None:
    folder = label_studio.folder()
    (folder / ".env").write_text("SECRET_KEY=another\n", encoding="utf-8")

    with pytest.raises(ServerError, match="does not know our token"):
        local.start(label_studio.venv, folder)


def test_without_its_environment_the_server_is_not_started_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"annotations/README\.md says how"):
        local.start(tmp_path / "venv", tmp_path / "data")

    assert list(tmp_path.iterdir()) == []


def test_the_recipe_shows_projects_and_passwords_and_no_token_and_ends_on_a_signal(
    label_studio: LabelStudio, mini: Path
) -> None:
    folder = label_studio.folder(mini / ".label-studio")
    account = "ann-1@claimstance.invalid"
    command = [sys.executable, str(REPOSITORY / "scripts" / "label_studio.py"), "--corpus", str(mini)]
    environment = {**os.environ, local.VENV: str(label_studio.venv)}

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as ran:
        assert ran.stdout
        lines = list(takewhile(lambda line: "Ctrl-C stops it" not in line, ran.stdout))
        url, token = local.connection(folder)
        ran.send_signal(signal.SIGTERM)
        lines += ran.stdout.readlines()
    lines = [line for line in lines if not line.startswith("…")]  # said of a machine that is slow today

    told = [
        "The first start makes a database. That takes about half a minute; later ones take four seconds.",
        f"Label Studio is at {url} with these projects:",
        f"  mini spans {GUIDELINE}  {url}/projects/1/data",
        f"  mini pairs {GUIDELINE}  {url}/projects/2/data",
        "Log in as, with password:",
        f"  {account}  {password(folder, account)}",
        "",
        "Stopped. All work is kept; start again to go on.",
    ]
    assert (ran.returncode, "".join(lines).splitlines(), token in "".join(lines)) == (0, told, False)
    with pytest.raises(ServerError, match="no Label Studio runs here"):
        local.connection(folder)


def test_a_server_that_somebody_else_runs_gets_the_projects_and_none_is_started(
    label_studio: LabelStudio, mini: Path, script: Script, monkeypatch: Patch, capsys: Capture
) -> None:
    other = label_studio.start_copy()
    monkeypatch.setenv("LABEL_STUDIO_URL", other.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", other.token)

    ended = script("label_studio").main(["--corpus", str(mini)])

    told = [
        f"Label Studio is at {other.url} with these projects:",
        f"  mini spans {GUIDELINE}  {other.url}/projects/1/data",
        f"  mini pairs {GUIDELINE}  {other.url}/projects/2/data",
        "Annotators have accounts there: NAME@claimstance.invalid, or any, whose number batches.yaml then gives.",
    ]
    assert (ended, capsys.readouterr().out.splitlines(), (mini / ".label-studio").exists()) == (0, told, False)
