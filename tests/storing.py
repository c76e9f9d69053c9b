"""A store that speaks S3, on this machine: moto's server, which keeps all in memory."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection

import pytest


@contextmanager
def bucket() -> Iterator[str]:
    """The address of an empty bucket. Meanwhile the environment, of this process and of those that it starts, has what
    opens it.
    """
    server = pytest.importorskip(
        "moto.server", reason="no moto is installed; get it by pip install 'moto[s3]' flask flask-cors s3fs"
    )
    s3fs = pytest.importorskip("s3fs", reason="no s3fs is installed; get it by pip install s3fs")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    said = {"ACCESS_KEY_ID": "ada", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}
    with pytest.MonkeyPatch.context() as environment, ExitStack() as ending:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        for name, value in (said | {"ENDPOINT_URL": f"http://{host}:{port}"}).items():
            environment.setenv(f"AWS_{name}", value)
        ending.callback(running.stop)
        ending.callback(_emptied, host, port)
        s3fs.S3FileSystem.clear_instance_cache()  # they stay with the server that they found first
        ending.callback(s3fs.S3FileSystem.clear_instance_cache)
        s3fs.S3FileSystem().mkdir("bucket")
        yield "s3://bucket"


def _emptied(host: str, port: int) -> None:
    """All servers of a process keep the same buckets."""
    with closing(HTTPConnection(host, port)) as line:
        line.request("POST", "/moto-api/reset")
        line.getresponse().read()
