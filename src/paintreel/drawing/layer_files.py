"""A layer stack as files that a compositor reads: one RGBA PNG a layer, and what lies where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

from paintreel.drawing.layers import Layer
from paintreel.errors import OutputError, PaintreelError, system_reason
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import Picture, write_picture
from paintreel.imaging.untrusted_files import open_regular

INDEX_NAME = "layers.json"
_LAYER = re.compile(r"[0-9]{2,}-[^/\\\0]*\.png")


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

    The index lists the layers back to front with name, file and depth (0 near, 1 sky), their size
    and `margin_px`, how much of it on each side lies outside the picture; it is written last, so
    that where it is the layers are whole. With `overwrite` the files that an index there lists go
    first, and no others, so that layers of two scenes never lie mixed. `conditions` are what it
    says more of the scene, as {"time": "night"}. One layer after the other is taken and written.
    Returns the path of the index. Raises OutputError.
    """
    folder = Path(folder)
    height = width = 0
    entries = []
    for index, layer in enumerate(layers):
        if index == 0 and overwrite:
            _remove_listed(folder)
        height, width = layer.rgba.shape[:2]
        file = f"{index:02d}-{layer.name.replace(' ', '-').replace('_', '-')}.png"
        write_picture(folder / file, Picture(layer.rgba), overwrite=overwrite)
        entries.append({"file": file, "name": layer.name, "depth": round(float(layer.depth), 4)})
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
