"""A bucket on an S3-compatible server of this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

KEY, SECRET = "AKIAPAINTREELTEST", "a-secret-that-nobody-sees"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    pytest.importorskip("s3fs", reason="needs the extra s3")
    pytest.importorskip("moto", reason="needs the extra test")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def keys_of(server: str) -> dict[str, str]:
    """The environment in which storage is that server."""
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    return {**keys, "AWS_ENDPOINT_URL": server, "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch, request: Any) -> str:
    """The URL of an empty bucket, its keys and server in the environment."""
    import boto3

    for name, value in keys_of(s3_server).items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=s3_server)
    name = f"test-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:20]}"
    client.create_bucket(Bucket=name)
    return f"s3://{name}"
