"""The tile option of the verbs that paint pictures of any size, held against a model's contract."""

from __future__ import annotations

from typing import Literal

from paintreel.errors import InputError
from paintreel.runtime.contract import Contract

Tile = Literal["auto", "off"] | int
"""``auto`` bounds the memory of big pictures, ``off`` never cuts them, a number is the side of the
tiles in pixels."""


def tile_side_px(tile: Tile, contract: Contract, auto_px: int) -> int | None:
    """Side of the tiles that a model's pictures are cut into, in pixels; None leaves them whole.

    auto_px  the side that ``auto`` stands for

    Where tiles do not equal the untiled result exactly, ``auto`` leaves pictures whole. Raises
    InputError for what is no tile option, and for a number with such a model.
    """
    if tile not in ("auto", "off") and (type(tile) is not int or tile < 1):
        raise InputError(f"tile is {tile!r}, expected 'auto', 'off' or a number of pixels")
    if tile == "off":
        return None
    if contract.tiling == "exact":
        return auto_px if tile == "auto" else tile
    if tile != "auto":
        raise InputError(f"model '{contract.name}' paints pictures whole; use tile='off'")
    return None
