"""Make the bundled face finder, `weights/faces`, from the package `mtcnn` 1.0 (MIT).

    pip install mtcnn==1.0.0
    python -m paintreel.learn.export.mtcnn --out src/paintreel/weights/faces/model.onnx

The package brings its weights as pickles of joblib, so these are read only where they are, byte for
byte, the files that were looked at: their SHA-256 are below. Neither the package nor joblib is
needed to run what comes out.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import io
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paintreel.errors import PaintreelError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.learn.export.traced import export_traced
from paintreel.learn.models.mtcnn import INPUTS, OUTPUTS, PARTS, load_mtcnn
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.contract import Contract

__all__ = ["HASHES", "export_mtcnn", "read_package"]

PACKAGE, VERSION = "mtcnn", "1.0.0"
HASHES = {
    "pnet": "ea6b0c3e685ebee3165326ad6484acc95f2ef78f1c94fbf40a55704fa989f7b5",
    "rnet": "cb00e6460f3c98b0bfafaba3c0a0ded4bdf6e62cee7174d969e8670d7e757fee",
    "onet": "94f6ea2f4cf985275ee958cdd762d17b6009348a4fb9d8c6be39ba73ffd22ca3",
}
"""SHA-256 of mtcnn/assets/weights/NAME.lz4."""

CONTRACT = Contract(
    name="faces",
    system="mtcnn",
    task="faces",
    licence="MIT",
    credit=(
        "MTCNN by Kaipeng Zhang, Zhanpeng Zhang, Zhifeng Li and Yu Qiao; weights from the package "
        "mtcnn, copyright (c) 2019-2024 Ivan de Paz Centeno, MIT"
    ),
    multiple=1,
    halo_px=6,
    tiling="whole",
    input=INPUTS[0],
    output=OUTPUTS[0],
)
DESCRIPTION = "Finds faces with eyes, nose and corners of the mouth; for all verbs, no style."
LEARNT_FROM = (
    "Learnt by their authors from WIDER FACE (photographs found on the web, for research) and "
    "CelebA (photographs of celebrities, for non-commercial research)"
)
WEAKNESSES = (
    "Knows people: most drawn faces and animals are not found.",
    "Heads turned so far that one eye is hidden, or lying on their side, are found less often.",
    "Landmarks are exact to some hundredths of the face, less in small and blurred ones.",
)


def read_package(folder: Path) -> dict[str, list[Array]]:
    """The arrays of each network, of the folder `mtcnn/assets/weights` of the package.

    Raises UnreadableFile for files that are not those of `HASHES`, before anything is unpickled,
    and where joblib and lz4 are missing.
    """
    weights = {}
    for name in PARTS:
        path = folder / f"{name}.lz4"
        if not path.is_file():
            raise UnreadableFile(path, f"no such file; 'pip install {PACKAGE}=={VERSION}' has it")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != HASHES[name]:
            raise UnreadableFile(path, f"it is not the file of {PACKAGE} {VERSION}; nothing is run")
        weights[name] = _unpickled(data, path)
    return weights


def _unpickled(data: bytes, path: Path) -> list[Array]:
    try:
        joblib: Any = import_module("joblib")
        import_module("lz4")  # joblib needs it, and says so less clearly
    except ImportError as error:
        reason = f"it is read with joblib and lz4; 'pip install {PACKAGE}=={VERSION}' brings both"
        raise UnreadableFile(path, reason) from error
    return list(joblib.load(io.BytesIO(data)))


def export_mtcnn(weights: dict[str, list[Array]], path: Path, *, training: dict[str, Any]) -> Card:
    """Write the three networks as one graph with its card beside it; return the card.

    Raises TrainingError where ONNX Runtime differs from torch.
    """
    network = load_mtcnn(weights, source=f"the package {PACKAGE}")
    pictures, crops, faces = ({0: name} for name in ("pictures", "crops", "faces"))
    places = pictures | {2: "rows", 3: "columns"}
    axes = (pictures | {2: "height", 3: "width"}, crops, faces)
    of_outputs = (places, places, crops, crops, faces, faces, faces)
    parity = export_traced(
        network,
        path,
        inputs=dict(zip(INPUTS, axes, strict=True)),
        outputs=dict(zip(OUTPUTS, of_outputs, strict=True)),
        sample=_inputs(0, (1, 64, 64), 2, 2),
        checks=[_inputs(1, (1, 90, 61), 3, 1), _inputs(2, (2, 12, 15), 1, 5)],
        metadata=CONTRACT.metadata(),
    )
    training = training | {"torch_parity": float(f"{parity.runtime:.1e}")}
    card = Card.describe(path, description=DESCRIPTION, training=training)
    card = dataclasses.replace(card, learnt_from=LEARNT_FROM, weaknesses=WEAKNESSES)
    card.save(path.with_name(CARD_NAME))
    return card


def _inputs(seed: int, picture: tuple[int, int, int], small: int, large: int) -> tuple[Tensor, ...]:
    rng = np.random.default_rng(seed)
    n, height, width = picture
    shapes = ((n, 3, height, width), (small, 3, 24, 24), (large, 3, 48, 48))
    return tuple(torch.from_numpy(rng.random(shape, np.float32)) for shape in shapes)


def main(argv: Sequence[str] | None = None) -> int:
    """Read, export, print the largest difference. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--weights", type=Path, metavar="DIR", help="mtcnn/assets/weights; default: as installed"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.onnx")
    args = parser.parse_args(argv)
    try:
        folder = args.weights or _installed()
        command = f"python -m paintreel.learn.export.mtcnn --out {args.out}"
        training = {
            "source": f"the package {PACKAGE} {VERSION} (MIT)",
            "command": command,
            "sha256": dict(HASHES),
        }
        card = export_mtcnn(read_package(folder), args.out, training=training)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 1
    print(f"{args.out}: {card.size_bytes:,} bytes, off torch by {card.training['torch_parity']}")
    return 0


def _installed() -> Path:
    try:
        return Path(str(distribution(PACKAGE).locate_file("mtcnn/assets/weights")))
    except PackageNotFoundError:
        reason = f"it is not installed; pip install {PACKAGE}=={VERSION}, or give --weights"
        raise UnreadableFile(PACKAGE, reason) from None


if __name__ == "__main__":
    sys.exit(main())
