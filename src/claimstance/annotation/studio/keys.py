"""The secret of a server of one's own, in .env of its folder, and what follows from it: a token and passwords.

They are derived each time they are needed, so that no file holds them. With another key nobody gets in any more.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from claimstance.errors import ServerError


def prepare(folder: Path) -> None:
    """It will make the folder and its secret where they are not there yet, for nobody's eyes but ours."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with suppress(FileExistsError):
        handle = os.open(folder / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"SECRET_KEY={secrets.token_hex(32)}\n")
    (folder / ".env").chmod(0o600)


def token(folder: Path) -> str:
    """It will be the token with which commands speak to the server over `folder`: 40 hexadecimal digits."""
    return _derived(folder, "token").hex()[:40]


def password(folder: Path, account: str) -> str:
    """It will be the password of an account of the server over `folder`: sixteen letters and digits, in fours."""
    letters = base64.b32encode(_derived(folder, f"password {account}")[:10]).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _derived(folder: Path, purpose: str) -> bytes:
    """What follows from the server's secret, for one purpose: without the key, nobody gets from one to another."""
    said = re.search(r"^SECRET_KEY=(.+)$", (folder / ".env").read_text(encoding="utf-8"), re.MULTILINE)
    if not said:
        raise ServerError(str(folder / ".env"), "no SECRET_KEY in it", "Restore it: sessions and tokens hang on it.")
    return hmac.digest(said[1].encode(), f"claimstance {purpose}".encode(), hashlib.sha256)
