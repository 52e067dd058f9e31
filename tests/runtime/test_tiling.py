from __future__ import annotations

import pytest

from paintreel.errors import InputError
from paintreel.runtime.contract import Contract
from paintreel.runtime.tiling import tile_side_px


def contract(tiling: str) -> Contract:
    facts = {"name": "a", "system": "test", "licence": "CC0-1.0", "credit": "nobody"}
    return Contract(**facts, task="stylize", multiple=4, halo_px=8, tiling=tiling)


@pytest.mark.parametrize(
    ("tile", "tiling", "side_px"),
    [
        ("auto", "exact", 1536),
        ("off", "exact", None),
        (64, "exact", 64),
        ("auto", "whole", None),
        ("auto", "blend", None),
        ("off", "whole", None),
    ],
)
def test_side_of_the_tiles(tile, tiling: str, side_px: int | None):
    assert tile_side_px(tile, contract(tiling), 1536) == side_px


@pytest.mark.parametrize("tile", [0, -1, 1.5, True, "on", None])
@pytest.mark.parametrize("tiling", ["exact", "whole"])
def test_what_is_no_tile_option(tile, tiling: str):
    with pytest.raises(InputError, match=r"expected 'auto', 'off' or a number of pixels"):
        tile_side_px(tile, contract(tiling), 1536)


@pytest.mark.parametrize("tiling", ["whole", "blend"])
def test_a_number_is_refused_where_tiles_would_show(tiling: str):
    with pytest.raises(InputError, match=r"model 'a' paints pictures whole; use tile='off'"):
        tile_side_px(64, contract(tiling), 1536)
