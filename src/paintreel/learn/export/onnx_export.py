"""Export a stylizer: pictures (N, 3, H, W) in, pictures of the same shape out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from paintreel.learn.export import traced
from paintreel.learn.export.traced import PICTURES, export_traced
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.contract import Contract


def export_onnx(module: nn.Module, path: Path, contract: Contract) -> float:
    """Write `module` (NCHW float32 in, same out) as ONNX; return the largest difference.

    Height, width and batch are free. The contract goes into the metadata. Raises TrainingError
    if ONNX Runtime's result differs from torch's by more than PARITY_TOLERANCE; `path` is then
    left as it was.
    """
    side = contract.multiple * 8
    return export_traced(
        module,
        path,
        inputs={contract.input: PICTURES},
        outputs={contract.output: PICTURES},
        sample=(torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)),),
        checks=_checks(contract.multiple),
        metadata=contract.metadata(),
    ).runtime


def check_parity(module: nn.Module, path: Path, *, multiple: int = 8) -> float:
    """Largest difference between torch and ONNX Runtime over three sizes and noise levels.

    Raises TrainingError if it is above PARITY_TOLERANCE or not a number.
    """
    return traced.check_parity(module, path, _checks(multiple))


def _checks(multiple: int) -> list[tuple[torch.Tensor]]:
    rng = np.random.default_rng(0)
    return [
        (
            torch.from_numpy(
                rng.uniform(low, 1.0, (n, 3, rows * multiple, columns * multiple)).astype(
                    np.float32
                )
            ),
        )
        for n, rows, columns, low in ((1, 8, 8, 0.0), (2, 12, 20, 0.3), (1, 16, 9, 0.7))
    ]


def export_style(
    generator: nn.Module,
    path: Path,
    contract: Contract,
    *,
    description: str,
    training: dict[str, Any],
) -> Card:
    """Write the generator to `path` (.onnx) and its card beside it; return the card."""
    difference = export_onnx(generator, path, contract)
    training = training | {"torch_parity": float(f"{difference:.1e}")}
    card = Card.describe(path, description=description, training=training)
    card.save(path.with_name(CARD_NAME))
    return card
