"""The connection to a Ray cluster: found or refused in words, its nodes, its end."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from paintreel.errors import BackendError, InputError, MissingExtra

__all__ = ["NodePlace", "connected", "places", "ray_package"]

_PROBE_S = 5.0
_NAMESPACE = "paintreel"
_CLIENT = "ray://"


@dataclass(frozen=True, slots=True)
class NodePlace:
    """A place for one process on a node.

    node, host     Ray's id of the node, and its address
    number         of the place on the node
    cpus, gpus     what the process takes there
    """

    node: str
    host: str
    number: int
    cpus: float
    gpus: float


def ray_package() -> ModuleType:
    """Ray. Raises MissingExtra."""
    try:
        import ray
    except ImportError:
        raise MissingExtra("a run on a cluster", "cluster") from None
    return ray  # type: ignore[no-any-return]


@contextmanager
def connected(address: str) -> Iterator[ModuleType]:
    """Ray, connected to the cluster at an address, for the length of the block.

    address  "HOST:PORT" of its head from one of its nodes, "auto" there too, or "ray://HOST:10001"

    A cluster is never started here. Raises InputError, MissingExtra and BackendError.
    """
    _check(address)
    ray = ray_package()
    if ray.is_initialized():  # of a program that has connected by itself
        yield ray
        return
    _probe(address)
    handlers = _handlers()
    try:
        ray.init(
            address=address,
            namespace=_NAMESPACE,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except Exception as error:  # of many kinds: it says what is wrong at length
        raise BackendError(f"cannot join the cluster at {address}: {_first_line(error)}") from None
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    try:
        yield ray
    finally:
        ray.shutdown()


def _check(address: str) -> None:
    host, colon, port = address.removeprefix(_CLIENT).rpartition(":")
    if address == "auto" or (host and colon and port.isdigit() and 0 < int(port) < 2**16):
        return
    raise InputError(
        f"--ray is {address!r}, expected the address of a cluster: HOST:PORT of its head, auto on "
        "one of its nodes, or ray://HOST:10001"
    )


def _probe(address: str) -> None:
    """Raise BackendError at once where nobody listens: Ray itself tries for a minute."""
    if address == "auto":
        return
    host, _, port = address.removeprefix(_CLIENT).rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PROBE_S).close()
    except OSError as error:
        reason = "it does not answer" if isinstance(error, TimeoutError) else error.strerror
        raise BackendError(
            f"no cluster at {address}: {reason or error}; 'ray start --head' on one machine starts "
            "one and prints its address"
        ) from None


def _handlers() -> dict[int, Any]:
    """What signals do now: Ray puts its own in their place."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def places(ray: ModuleType, threads: int) -> list[NodePlace]:
    """Places for processes of so many threads on every node: as many as it has processors for.

    One at least, and one a card where it has some. Nodes without processors, such as a head that
    only leads, have none.
    """
    found = []
    for node in ray.nodes():
        resources = node.get("Resources", {})
        cpus, gpus = float(resources.get("CPU", 0)), int(resources.get("GPU", 0))
        if not node.get("Alive") or cpus <= 0:
            continue
        count = gpus or max(1, int(cpus // threads))
        host = node.get("NodeManagerAddress", "?")
        each = min(float(threads), cpus if count == 1 else max(1.0, cpus // count))
        found += [
            NodePlace(node["NodeID"], host, number, each, 1.0 if gpus else 0.0)
            for number in range(count)
        ]
    return found
