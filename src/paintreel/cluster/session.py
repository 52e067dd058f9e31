"""The connection to a Ray cluster: found or refused in words, its nodes, its end."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from paintreel.errors import BackendError, MissingExtra
from paintreel.options import CLIENT, parse_address

__all__ = ["NodePlace", "RayThread", "check_cluster", "connected", "places", "ray_package"]

_PROBE_S, _JOIN_S, _LEAVE_S = 5.0, 180.0, 20.0
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_SETTINGS_AT, _SETTINGS = 3, 4
"""What begins HTTP/2, which Ray speaks, and the kind of frame that it is answered with."""
_NAMESPACE = "paintreel"


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


def check_cluster(address: str) -> None:
    """Raise what `connected` would, as far as it is seen soon: no Ray here, or none there."""
    parse_address(address)
    if find_spec("ray") is None:
        raise MissingExtra("a run on a cluster", "cluster")
    _probe(address)


def ray_package() -> ModuleType:
    """Ray. Raises MissingExtra."""
    try:
        import ray
    except ImportError:
        raise MissingExtra("a run on a cluster", "cluster") from None
    return ray


@contextmanager
def connected(address: str) -> Iterator[ModuleType]:
    """Ray, connected to the cluster at an address, for the length of the block.

    address  "HOST:PORT" of its head from one of its nodes, "auto" there too, or "ray://HOST:10001"

    A cluster is never started here. Raises InputError, MissingExtra and BackendError.
    """
    parse_address(address)
    ray = ray_package()
    if ray.is_initialized():  # of a program that has connected by itself
        try:
            yield ray
        finally:
            _wait_for_threads()
        return
    _probe(address)
    # Else it prints what it has heard of tasks that were ended, which is no news to who ended them.
    os.environ.setdefault("RAY_IGNORE_UNHANDLED_ERRORS", "1")
    with _silent(ray):
        _join(ray, address)
        try:
            yield ray
        finally:
            if _wait_for_threads():
                ray.shutdown()


class RayThread(threading.Thread):
    """A thread that asks Ray things, for which `connected` waits before it leaves.

    Ray ends the whole process where a thread asks it anything after the connection has ended. So
    it must end soon after what it asks about is killed.
    """

    def __init__(self, target: Callable[..., None], *args: Any, name: str) -> None:
        super().__init__(target=target, args=args, name=name, daemon=True)


def _wait_for_threads() -> bool:
    """Wait for those that ask; gives whether all have ended, so that nobody asks any more."""
    asking = [each for each in threading.enumerate() if isinstance(each, RayThread)]
    for thread in asking:
        thread.join(_LEAVE_S)
    return not any(thread.is_alive() for thread in asking)


def _join(ray: ModuleType, address: str) -> None:
    """Connect. Raises BackendError, where what listens does not answer too: Ray tries for long."""
    failures: list[Exception] = []

    def join() -> None:  # in a thread of its own, where Ray leaves the handlers of signals alone
        try:
            ray.init(
                address=_resolved(ray, address),
                namespace=_NAMESPACE,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except Exception as error:  # of many kinds: it says what is wrong at length
            failures.append(error)

    thread = threading.Thread(target=join, name="ray-init", daemon=True)
    thread.start()
    thread.join(_JOIN_S)
    if thread.is_alive():
        raise BackendError(f"what listens at {address} does not answer as a Ray cluster does")
    if failures:
        raise BackendError(f"cannot join the cluster at {address}: {_first_line(failures[0])}")


@contextmanager
def _silent(ray: ModuleType) -> Iterator[None]:
    """Keep what nodes log when they fail off standard output, where results may go."""
    worker = getattr(ray, "_private", ray).worker
    printer = getattr(worker, "print_to_stdstream", None)
    if printer is None:
        yield
        return
    worker.print_to_stdstream = lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = printer


def _resolved(ray: ModuleType, address: str) -> str:
    """The address with the name by which nodes of this machine know it, as Ray makes it too."""
    host, _, port = address.rpartition(":")
    if host in ("localhost", "127.0.0.1", "[::1]"):
        return f"{ray.util.get_node_ip_address()}:{port}"
    return address


def _probe(address: str) -> None:
    """Raise BackendError at once where nobody listens, or no Ray: Ray itself tries for minutes."""
    if address == "auto":
        return
    host, _, port = address.removeprefix(CLIENT).rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _PROBE_S) as connection:
            is_ray = _is_greeted(connection)
    except OSError as error:
        reason = "it does not answer" if isinstance(error, TimeoutError) else error.strerror
        raise BackendError(
            f"no cluster at {address}: {reason or error}; 'ray start --head' on one machine starts "
            "one and prints its address"
        ) from None
    if not is_ray:
        raise BackendError(
            f"what listens at {address} is no Ray cluster; 'ray start --head' prints the address "
            "of one, with its port (6379 unless it was given)"
        )


def _is_greeted(connection: socket.socket) -> bool:
    """Whether what listens may be Ray: it greets as HTTP/2 does, or is too busy to say anything."""
    if os.environ.get("RAY_USE_TLS", "0") not in ("", "0"):
        return True
    connection.sendall(_GREETING)
    try:
        answer = connection.recv(_SETTINGS_AT + 1)
    except TimeoutError:
        return True
    except ConnectionError:
        return False
    return answer[_SETTINGS_AT:] == bytes([_SETTINGS])


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
