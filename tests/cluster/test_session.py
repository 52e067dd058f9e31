"""What is at an address, and how a cluster is joined, with a Ray that is played."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.cluster import session
from paintreel.cluster.session import connected
from paintreel.errors import BackendError
from paintreel.imaging.files import Picture, write_picture

SETTINGS = bytes([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100])
"""The first frame of an HTTP/2 server."""


@contextmanager
def listening(answer: bytes | None) -> Iterator[str]:
    """The address of a server that says something to whoever greets it; None: nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    held.append(connection)
                    connection.recv(64)
                    if answer is not None:
                        connection.sendall(answer)
                        connection.close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        for each in held:
            each.close()


class PlayedRay:
    """A package that joins as `init` does."""

    def __init__(self, init: Callable[[], Any] = lambda: None) -> None:
        self._init, self.joined, self.left = init, "", 0
        self._private = SimpleNamespace(worker=SimpleNamespace())
        self.util = SimpleNamespace(get_node_ip_address=lambda: "127.0.0.1")

    def is_initialized(self) -> bool:
        return False

    def init(self, *, address: str, **how: Any) -> None:
        self._init()
        self.joined = address

    def shutdown(self) -> None:
        self.left += 1


@pytest.fixture
def played(monkeypatch) -> PlayedRay:
    ray = PlayedRay()
    monkeypatch.setattr(session, "ray_package", lambda: ray)
    return ray


@pytest.fixture
def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"127.0.0.1:{port}"


WORDS = {
    "stylize": ("-o", "out"),
    "score": (),
    "classify": (),
}


@pytest.mark.parametrize(
    "address",
    ["", "head", "head:0", "head:70000", ":6379", "http://head:6379", "http://head:6379/", "a:b"],
)
def test_what_can_be_no_address_is_refused_as_typed(address, played, capfd):
    assert main(["stylize", "nothing.png", f"--ray={address}"]) == 2
    err = capfd.readouterr().err
    assert f"--ray is {address!r}, expected the address of a cluster" in err


@pytest.mark.parametrize("verb", WORDS)
def test_without_a_cluster_nothing_is_begun(verb, played, nobody, tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_picture(tmp_path / "a.png", Picture(np.full((40, 56, 3), 90, np.uint8)))
    assert main([verb, "a.png", *WORDS[verb], "--ray", nobody]) == 2
    err = capfd.readouterr().err
    assert f"no cluster at {nobody}: Connection refused" in err
    assert "ray start --head" in err
    assert not (tmp_path / "out").exists()
    assert not played.joined


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b""]
)
def test_what_is_no_cluster_is_told_at_once(answer, played):
    """Ray itself would try for minutes."""
    with (
        listening(answer) as address,
        pytest.raises(BackendError, match=f"what listens at {address} is no Ray cluster"),
        connected(address),
    ):
        raise AssertionError
    assert not played.joined


def test_one_that_greets_is_joined_and_left(played):
    with listening(SETTINGS) as address:
        with connected(address) as ray:
            assert ray is played
            assert played.joined == address
        assert played.left == 1
        with connected(f"ray://{address}"):
            assert played.joined == f"ray://{address}"


def test_one_that_is_too_busy_to_greet_is_tried(played, monkeypatch):
    monkeypatch.setattr(session, "_PROBE_S", 0.2)
    with listening(None) as address, connected(address):
        assert played.joined == address


def test_one_whose_words_are_hidden_is_tried(played, monkeypatch):
    """Over TLS nobody is greeted in plain bytes."""
    monkeypatch.setenv("RAY_USE_TLS", "1")
    with listening(b"") as address, connected(address):
        assert played.joined == address


def test_one_that_never_lets_in_is_given_up(monkeypatch):
    until = threading.Event()
    monkeypatch.setattr(session, "ray_package", lambda: PlayedRay(until.wait))
    monkeypatch.setattr(session, "_JOIN_S", 0.3)
    with (
        listening(SETTINGS) as address,
        pytest.raises(BackendError, match="does not answer as a Ray cluster does"),
        connected(address),
    ):
        raise AssertionError
    until.set()


def test_why_one_does_not_let_in_is_told_in_a_line(monkeypatch):
    def refuse() -> None:
        raise RuntimeError("Version mismatch: the cluster runs Ray 1.0\nand much more")

    monkeypatch.setattr(session, "ray_package", lambda: PlayedRay(refuse))
    with (
        listening(SETTINGS) as address,
        pytest.raises(BackendError) as failed,
        connected(address),
    ):
        raise AssertionError
    text = f"cannot join the cluster at {address}: Version mismatch: the cluster runs Ray 1.0"
    assert str(failed.value) == text
