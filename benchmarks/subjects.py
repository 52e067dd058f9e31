"""What the benchmarks measure: bundled styles, and the yardstick networks beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.errors import PaintreelError
from paintreel.runtime.card import Card
from paintreel.runtime.catalog import ModelFile, find_model, list_models
from paintreel.runtime.contract import Contract, Tiling

if TYPE_CHECKING:
    from torch import nn

ANIMEGAN, CARTOONGAN = "AnimeGANv2 shape", "CartoonGAN shape"
COUNTED_PX = 256


@dataclass(frozen=True)
class Subject:
    """A network to measure. parameters: count; gmac: at 256x256, None when it is not known."""

    label: str
    path: Path
    parameters: int | None = None
    gmac: float | None = None


def find_styles(names: Sequence[str], folder: Path, *, counted: bool = True) -> list[Subject]:
    """The styles called `names` (or paths of style files), all bundled ones when there are none.

    Portrait styles are left out of all: they paint by the network of the style beside them.

    Where no style is bundled yet, an untrained generator of the same shape, exported into
    `folder`, stands in for it, and that is said. `counted` asks for parameters and GMAC, which
    takes torch. Raises PaintreelError for an unknown name.
    """
    models = [find_model(name) for name in names] if names else _of_whole_pictures()
    if models:
        return [_style(m.card.contract.name, m.path, m.card, counted=counted) for m in models]
    print("no style is bundled: an untrained FSGAN generator stands in, of equal arithmetic\n")
    return [_untrained(folder)]


def _of_whole_pictures() -> list[ModelFile]:
    return [model for model in list_models() if model.card.contract.system != "afgan"]


def make_references(folder: Path) -> list[Subject]:
    """AnimeGANv2's and CartoonGAN's shapes, untrained, exported into `folder`. Needs torch."""
    from reference_networks import AnimeGANv2Shape, CartoonGANShape

    shapes = {ANIMEGAN: AnimeGANv2Shape, CARTOONGAN: CartoonGANShape}
    return [
        _export(label, make(), folder, multiple=4, halo_px=0, tiling="whole")
        for label, make in shapes.items()
    ]


def count(module: nn.Module) -> tuple[int, float]:
    """(parameters, GMAC at 256x256) of a network from (N, 3, H, W) to the same.

    Multiplications and additions of convolutions and matrix products, as torch's FlopCounterMode
    counts them; the zeros that a transposed convolution may be thought to insert are not
    counted.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    module = module.eval().to("meta")
    sample = torch.empty(1, 3, COUNTED_PX, COUNTED_PX, device="meta")
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(sample)
    parameters = sum(p.numel() for p in module.parameters())
    return parameters, counter.get_total_flops() / 2e9


def _style(label: str, path: Path, card: Card, *, counted: bool) -> Subject:
    if not counted or card.contract.system != "fsgan":
        return Subject(label, path)
    from paintreel.learn.models.fsgan import PRESETS, Generator

    preset = card.training.get("settings", {}).get("preset", "light")
    if preset not in PRESETS:
        return Subject(label, path)
    parameters, gmac = count(Generator(PRESETS[preset]))
    held = _values_held(path)
    if abs(held - parameters) > 0.01 * parameters:
        raise PaintreelError(
            f"{path} holds {held:,} values, its preset '{preset}' has {parameters:,} parameters; "
            "correct training.settings.preset in its card"
        )
    return Subject(label, path, parameters, gmac)


def _values_held(path: Path) -> int:
    """Numbers in the initialisers of an ONNX file."""
    import numpy as np
    import onnx

    tensors = onnx.load(str(path)).graph.initializer
    return sum(int(np.prod(tensor.dims)) for tensor in tensors)


def _untrained(folder: Path) -> Subject:
    try:
        from paintreel.learn.models.fsgan import Generator
    except ImportError as error:
        raise PaintreelError(
            "no style is bundled, and without torch none can be made: "
            "pip install 'paintreel[train]' or give --style FILE.onnx"
        ) from error
    generator = Generator()
    return _export(
        "fsgan (untrained)",
        generator,
        folder,
        multiple=generator.multiple,
        halo_px=generator.halo_px,
        tiling="exact",
    )


def _export(
    label: str, module: nn.Module, folder: Path, *, multiple: int, halo_px: int, tiling: Tiling
) -> Subject:
    from paintreel.learn.export.onnx_export import export_onnx

    slug = "".join(c if c.isalnum() else "-" for c in label.lower()).strip("-")
    contract = Contract(
        name=slug,
        system="benchmark",
        licence="Apache-2.0",
        credit="none: untrained",
        task="stylize",
        multiple=multiple,
        halo_px=halo_px,
        tiling=tiling,
    )
    path = folder / f"{slug}.onnx"
    export_onnx(module, path, contract)
    return Subject(label, path, *count(module))
