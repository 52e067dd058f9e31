"""A layer stack as files that a compositor reads: one RGBA PNG a layer, and what lies where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

from paintreel.drawing.layers import Layer
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import Picture, write_picture

INDEX_NAME = "layers.json"


def write_layers(
    folder: str | PathLike[str],
    layers: Iterable[Layer],
    *,
    category: str,
    seed: int,
    margin_px: int = 0,
    overwrite: bool = False,
    conditions: Mapping[str, str] | None = None,
) -> Path:
    """Write every layer as ``NN-name.png`` with straight alpha, and ``layers.json``, into `folder`.

    The index lists the layers back to front with name, file, depth (0 near, 1 sky) and, of one that
    moves by itself, `drift` (right and down, in frame heights a second); their size
    and `margin_px`, how much of it on each side lies outside the picture; it is written last, so
    that where it is the layers are whole. `conditions` are what it says more of the scene, as
    {"time": "night"}. One layer after the other is taken and written. Returns the path of the
    index. Raises OutputError.
    """
    folder = Path(folder)
    height = width = 0
    entries: list[dict[str, object]] = []
    for index, layer in enumerate(layers):
        height, width = layer.rgba.shape[:2]
        file = f"{index:02d}-{layer.name.replace(' ', '-').replace('_', '-')}.png"
        write_picture(folder / file, Picture(layer.rgba), overwrite=overwrite)
        entry: dict[str, object] = {
            "file": file,
            "name": layer.name,
            "depth": round(float(layer.depth), 4),
        }
        if layer.drift is not None:
            entry["drift"] = [round(float(way), 4) for way in (layer.drift.x, layer.drift.y)]
        if layer.flashes_s:
            entry["flashes_s"] = [round(float(start), 3) for start in layer.flashes_s]
        entries.append(entry)
    facts = {
        "category": category,
        "seed": int(seed),
        **(conditions or {}),
        "width_px": width,
        "height_px": height,
        "margin_px": margin_px,
        "alpha": "straight",
        "order": "back to front",
        "layers": entries,
    }
    with atomic_path(folder / INDEX_NAME, overwrite=overwrite) as path:
        path.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    return folder / INDEX_NAME
