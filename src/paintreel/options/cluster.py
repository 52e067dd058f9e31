"""The option of every verb that a cluster can work for."""

from __future__ import annotations

from typing import Any

from paintreel.options.description import option

__all__ = ["ray_option"]


def ray_option() -> Any:
    """`--ray`."""
    return option(
        None,
        "work on the nodes of a Ray cluster: HOST:PORT of its head, auto, or ray://HOST:10001",
        group="cluster",
        affects="nothing",
        metavar="ADDRESS",
        file="none",
    )
