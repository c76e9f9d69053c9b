"""A store that speaks S3, on this machine: moto's server, which keeps all in memory."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

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
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (
            ("ENDPOINT_URL", f"http://{host}:{port}"),
            ("ACCESS_KEY_ID", "ada"),
            ("SECRET_ACCESS_KEY", "secret"),
            ("DEFAULT_REGION", "us-east-1"),
        ):
            environment.setenv(f"AWS_{name}", value)
        s3fs.S3FileSystem.clear_instance_cache()  # they stay with the server that they found first
        s3fs.S3FileSystem().mkdir("bucket")
        yield "s3://bucket"
        s3fs.S3FileSystem.clear_instance_cache()
        urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    running.stop()
