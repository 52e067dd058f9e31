"""A layer stack as files that a compositor reads: one RGBA PNG a layer, and what lies where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from paintreel.drawing.layers import LayerStack
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import Picture, write_picture

INDEX_NAME = "layers.json"


def write_layers(
    folder: str | PathLike[str],
    stack: LayerStack,
    *,
    category: str,
    seed: int,
    overwrite: bool = False,
    conditions: Mapping[str, str] | None = None,
) -> Path:
    """Write every layer as ``NN-name.png`` with straight alpha, and ``layers.json``, into `folder`.

    The index lists the layers back to front with name, file and depth (0 near, 1 sky); it is
    written last, so that where it is the layers are whole. `conditions` are what it says more of
    the scene, as {"time": "night"}. Returns its path. Raises OutputError.
    """
    folder = Path(folder)
    height, width = stack.layers[0].rgba.shape[:2]
    entries = []
    for index, layer in enumerate(stack.layers):
        file = f"{index:02d}-{layer.name.replace(' ', '-').replace('_', '-')}.png"
        write_picture(folder / file, Picture(layer.rgba), overwrite=overwrite)
        entries.append({"file": file, "name": layer.name, "depth": round(float(layer.depth), 4)})
    facts = {
        "category": category,
        "seed": int(seed),
        **(conditions or {}),
        "width_px": width,
        "height_px": height,
        "alpha": "straight",
        "order": "back to front",
        "layers": entries,
    }
    with atomic_path(folder / INDEX_NAME, overwrite=overwrite) as path:
        path.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    return folder / INDEX_NAME
