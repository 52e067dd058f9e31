"""VGG-19 (Simonyan and Zisserman 2015, configuration E) as far as its last activation.

The classic network behind perceptual distances. No weights come with the program: those trained on
ImageNet are loaded from a file in torchvision's layout, or through torchvision where it is
installed. Nothing here is trained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path

import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.learn.models.pretrained import fill, read_state

BLOCKS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))
"""Channels and convolutions of each block; a 2x2 maximum pooling lies between blocks."""

TAPS = ("relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4")
"""The last activation of each block."""

SMALLEST_PX = 16
"""Side that is left with one position in the last block."""

_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class VGG19Features(nn.Module):
    """x: (N, 3, H, W) float32 RGB in [0, 1], 16 px a side at least, to the maps of `taps`.

    `features` has torchvision's numbering, so that its weights load as they are. The statistics
    of ImageNet are taken off inside.

    taps: names of activations, relu1_1 to relu5_4, in the order of the network.
    Raises InputError for other names, or another order.
    """

    def __init__(self, taps: Sequence[str] = TAPS) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        places: dict[str, int] = {}
        channels = 3
        for block, (width, count) in enumerate(BLOCKS, 1):
            for row in range(1, count + 1):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                places[f"relu{block}_{row}"] = len(layers) - 1
                channels = width
            layers.append(nn.MaxPool2d(2))
        order = [places.get(tap, -1) for tap in taps]
        if not order or -1 in order or order != sorted(set(order)):
            raise InputError(
                f"taps are {', '.join(taps) or 'none'}; expected activations in the order of the "
                f"network, of {', '.join(places)}"
            )
        self.features = nn.Sequential(*layers[: order[-1] + 1])
        self.taps = tuple(taps)
        self._places = frozenset(order)
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.tensor(_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(_DEVIATION).view(3, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = (x - self.mean) / self.deviation
        maps = []
        for place, layer in enumerate(self.features):
            x = layer(x)
            if place in self._places:
                maps.append(x)
        return tuple(maps)


def load_vgg19(path: str | PathLike[str] | None, taps: Sequence[str] = TAPS) -> VGG19Features:
    """VGG-19 with weights from a file, or from torchvision where `path` is None.

    path: a state dict in torchvision's layout (`features.0.weight` ...), `.safetensors` or what
    `torch.save` wrote; classifier weights in it are passed over.

    Raises UnreadableFile for a file that holds something else, InputError where torchvision
    cannot be used.
    """
    state = _from_torchvision() if path is None else read_state(Path(path))
    network = VGG19Features(taps)
    source = "torchvision" if path is None else fspath(path)
    fill(network, state, source=source, layout="VGG-19 in torchvision's layout")
    return network


def _from_torchvision() -> Mapping[str, Tensor]:
    try:
        from torchvision.models import VGG19_Weights

        state: Mapping[str, Tensor] = VGG19_Weights.IMAGENET1K_V1.get_state_dict(progress=False)
        return state
    except Exception as error:  # a torchvision built for CUDA raises RuntimeError on a CPU torch
        raise InputError(
            f"VGG-19 cannot be had from torchvision ({error}); give its weights by path"
        ) from error
