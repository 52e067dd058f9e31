"""The option of every verb that a cluster can work for."""

from __future__ import annotations

from typing import Any

from paintreel.errors import InputError
from paintreel.options.description import option

__all__ = ["CLIENT", "parse_address", "ray_option"]

CLIENT = "ray://"
"""Begins the address of a cluster for a machine outside of it."""


def ray_option() -> Any:
    """`--ray`."""
    return option(
        None,
        "work on the nodes of a Ray cluster: HOST:PORT of its head, auto, or ray://HOST:10001",
        group="cluster",
        affects="nothing",
        metavar="ADDRESS",
        parse=parse_address,
        file="none",
    )


def parse_address(text: str) -> str:
    """The address of a cluster, as it was given. Raises InputError where it can be none."""
    host, colon, port = text.removeprefix(CLIENT).rpartition(":")
    is_address = host and colon and "/" not in host and port.isdigit() and 0 < int(port) < 2**16
    if text == "auto" or is_address:
        return text
    raise InputError(
        f"--ray is {text!r}, expected the address of a cluster: HOST:PORT of its head, auto on "
        f"one of its nodes, or {CLIENT}HOST:10001"
    )
