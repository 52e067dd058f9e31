"""A layer stack as files that a compositor reads: one RGBA PNG a layer, and what lies where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any

from paintreel.drawing.layers import Layer
from paintreel.errors import OutputError, PaintreelError, system_reason
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import Picture, write_picture
from paintreel.imaging.untrusted_files import open_regular

INDEX_NAME = "layers.json"
PLACEMENT = {
    "scale": "1 / (1 - (1 - depth) * (1 - 1 / zoom))",
    "centre_x": "width_px * (0.5 - scale * (1 - depth) * x)",
    "centre_y": "height_px * (0.5 - scale * (1 - depth) * y)",
}
"""How large a layer is seen and where in the picture its centre lies, as x, y and zoom say."""
_ROW_OF_NUMBERS = re.compile(r"\[[\d\s.,e+-]*\]")
_LAYER = re.compile(r"[0-9]{2,}-[^/\\\0]*\.png")


def write_layers(
    folder: str | PathLike[str],
    layers: Iterable[Layer],
    *,
    category: str,
    seed: int,
    margin_px: tuple[int, int] = (0, 0),
    overwrite: bool = False,
    conditions: Mapping[str, str] | None = None,
    move: Mapping[str, Any] | None = None,
) -> Path:
    """Write every layer as ``NN-name.png`` with straight alpha, and ``layers.json``, into `folder`.

    The index lists the layers back to front with name, file, depth (0 near, 1 sky) and, of one that
    moves by itself, `drift` (right and down, in frame heights a second); their size and how much
    of it lies outside the picture, left and right, above and below; it is written last, so that
    where it is the layers are whole. With `overwrite` the files that an index there lists go first,
    and no others, so that layers of two scenes never lie mixed. One layer after the other is taken
    and written. Returns the path of the index. Raises OutputError.

    conditions  what the index says more of the scene, as {"time": "night"}
    move        of a camera before the layers: "fps", "ease", "rows" [t_s, x, y, zoom], and
                "frames", [x, y, zoom] of each, as of `camera.CameraView`; the index says where
                each layer lies then
    """
    folder = Path(folder)
    height = width = 0
    entries: list[dict[str, object]] = []
    for index, layer in enumerate(layers):
        if index == 0 and overwrite:
            _remove_listed(folder)
        height, width = layer.rgba.shape[:2]
        file = f"{index:02d}-{layer.name.replace(' ', '-').replace('_', '-')}.png"
        write_picture(folder / file, Picture(layer.rgba), overwrite=overwrite)
        entry: dict[str, object] = {
            "file": file,
            "name": layer.name,
            "depth": round(float(layer.depth), 4),
        }
        if layer.drift is not None:
            entry["drift"] = {
                name: round(float(value), 4) for name, value in asdict(layer.drift).items()
            }
        if layer.flashes_s:
            entry["flashes_s"] = [round(float(start), 3) for start in layer.flashes_s]
        entries.append(entry)
    facts: dict[str, Any] = {
        "category": category,
        "seed": int(seed),
        **(conditions or {}),
        "width_px": width,
        "height_px": height,
        **({"margin_px": margin_px[0]} if margin_px[0] == margin_px[1] else {}),
        "margin_across_px": margin_px[0],
        "margin_down_px": margin_px[1],
        "alpha": "straight",
        "order": "back to front",
        "layers": entries,
    }
    if move is not None:
        across, down = margin_px
        picture = {"width_px": width - 2 * across, "height_px": height - 2 * down}
        facts["move"] = {**picture, **PLACEMENT, **move}
    text = _ROW_OF_NUMBERS.sub(lambda row: " ".join(row[0].split()), json.dumps(facts, indent=2))
    with atomic_path(folder / INDEX_NAME, overwrite=overwrite) as path:
        path.write_text(text + "\n", "utf-8")
    return folder / INDEX_NAME


def _remove_listed(folder: Path) -> None:
    """Remove the layers that the index of a folder lists, and the index, as it is true no more."""
    for path in (*_listed(folder / INDEX_NAME), folder / INDEX_NAME):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"cannot remove {path}: {system_reason(error)}") from error


def _listed(index: Path) -> list[Path]:
    """The layers beside an index that it lists; none where it is not there or not ours."""
    try:
        with open_regular(index) as file:
            names = [str(layer["file"]) for layer in json.load(file)["layers"]]
    except (OSError, PaintreelError, ValueError, TypeError, LookupError, RecursionError):
        return []
    # What it says is foreign: never a file elsewhere, and none that we do not write.
    return [index.with_name(name) for name in names if _LAYER.fullmatch(name)]
