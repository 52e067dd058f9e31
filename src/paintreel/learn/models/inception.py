"""Inception-v3 (Szegedy et al. 2016) as far as its pooled features: FID's, and torchvision's.

No weights come with the program. FID (Heusel et al. 2017) is defined by one file of weights, which
TensorFlow published on 2015-12-05; `is_of_fid` says whether a state is in its layout. Weights that
torchvision trained have the same names, and another layout in three places:

- FID's average pooling leaves the padding out of its mean, torchvision's counts it.
- The pooling in FID's last block is a maximum, in all others a mean.
- FID's classifier has 1,008 classes, torchvision's 1,000. It is passed over here, and by it the two
  are told apart.

Both take the picture at 299x299 (bilinear, not antialiased, as FID's port to torch does it) in
[-1, 1]; that is done inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, max_pool2d

from paintreel.learn.models.pretrained import fill, read_state

SIDE_PX = 299
_CLASSIFIER, _FID_CLASSES = "fc.weight", 1008
_WIDE, _TALL = (1, 7), (7, 1)

Layer = tuple[str, int, int | tuple[int, int], int]
"""Name, channels out, kernel, stride."""


class InceptionConv(nn.Module):
    """A convolution without bias, batch norm in evaluation, ReLU; names are torchvision's.

    padding: None keeps the side; stride 2 and the stem have none.
    """

    def __init__(
        self, c_in: int, c_out: int, kernel: int | tuple[int, int], stride: int, *, same: bool
    ) -> None:
        super().__init__()
        sides = (kernel, kernel) if isinstance(kernel, int) else kernel
        padding = (sides[0] // 2, sides[1] // 2) if same else 0
        self.conv = nn.Conv2d(c_in, c_out, sides, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(c_out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.bn(self.conv(x)).relu()
        return y


class Mixed(nn.Module):
    """Chains of convolutions beside each other, and a pooling, concatenated.

    chains  each a row of `Layer`; names that end in a and b are two ends of one chain, both kept
    pool    "mean", "mean_padded" (zeros count) or "max", then a convolution; "shrink": a maximum of
            half the side, without one
    """

    def __init__(
        self, c_in: int, chains: tuple[tuple[Layer, ...], ...], pool: str, pooled: int = 0
    ) -> None:
        super().__init__()
        self.chains, self.pool = chains, pool
        self.channels = pooled or c_in
        for chain in chains:
            width = c_in
            for name, c_out, kernel, stride in chain:
                setattr(self, name, InceptionConv(width, c_out, kernel, stride, same=stride == 1))
                if not name.endswith("a"):
                    width = c_out
            ends = [row for row in chain if row[0][-1] in "ab"] or [chain[-1]]
            self.channels += sum(row[1] for row in ends)
        if pooled:
            self.branch_pool = InceptionConv(c_in, pooled, 1, 1, same=True)

    def forward(self, x: Tensor) -> Tensor:
        found = []
        for chain in self.chains:
            y = x
            for name, *_shape in chain:
                layer = getattr(self, name)
                if name.endswith("a"):
                    found.append(layer(y))
                else:
                    y = layer(y)
            found.append(y)
        if self.pool == "shrink":
            found.append(max_pool2d(x, 3, 2))
        else:
            found.append(self.branch_pool(self._pooled(x)))
        return torch.cat(found, dim=1)

    def _pooled(self, x: Tensor) -> Tensor:
        if self.pool == "max":
            return max_pool2d(x, 3, 1, 1)
        return avg_pool2d(x, 3, 1, 1, count_include_pad=self.pool == "mean_padded")


class InceptionFeatures(nn.Module):
    """x: (N, 3, H, W) float32 RGB in [0, 1] to (features (N, 2048 / thin),).

    of_fid: FID's poolings, else torchvision's.  thin: by which all widths are divided, for tests.
    """

    def __init__(self, *, of_fid: bool, thin: int = 1) -> None:
        super().__init__()
        self.mean = "mean" if of_fid else "mean_padded"
        stem = ((3, 32, 3, 2), (32, 32, 3, 1), (32, 64, 3, 1), (64, 80, 1, 1), (80, 192, 3, 1))
        names = ("1a_3x3", "2a_3x3", "2b_3x3", "3b_1x1", "4a_3x3")
        for name, (c_in, c_out, kernel, stride) in zip(names, stem, strict=True):
            width = c_in if c_in == 3 else c_in // thin
            layer = InceptionConv(width, c_out // thin, kernel, stride, same=name == "2b_3x3")
            setattr(self, f"Conv2d_{name}", layer)
        channels = 192 // thin
        for name, (chains, pool, pooled) in _blocks(self.mean, of_fid=of_fid).items():
            thinner = tuple(tuple((n, c // thin, k, s) for n, c, k, s in row) for row in chains)
            block = Mixed(channels, thinner, pool, pooled // thin)
            setattr(self, f"Mixed_{name}", block)
            channels = block.channels
        self.blocks = [f"Mixed_{name}" for name in _blocks(self.mean, of_fid=of_fid)]

    def forward(self, x: Tensor) -> tuple[Tensor]:
        x = interpolate(x, (SIDE_PX, SIDE_PX), mode="bilinear", align_corners=False) * 2 - 1
        for name in ("1a_3x3", "2a_3x3", "2b_3x3"):
            x = getattr(self, f"Conv2d_{name}")(x)
        x = max_pool2d(x, 3, 2)
        for name in ("3b_1x1", "4a_3x3"):
            x = getattr(self, f"Conv2d_{name}")(x)
        x = max_pool2d(x, 3, 2)
        for name in self.blocks:
            x = getattr(self, name)(x)
        return (x.mean(dim=(2, 3)),)


_Block = tuple[tuple[tuple[Layer, ...], ...], str, int]


def _blocks(mean: str, *, of_fid: bool) -> dict[str, _Block]:
    """{name: (chains, pooling, channels behind it)} in the order of the network."""
    twice: tuple[Layer, ...] = (("branch3x3dbl_1", 64, 1, 1), ("branch3x3dbl_2", 96, 3, 1))
    blocks: dict[str, _Block] = {}
    for name, pooled in (("5b", 32), ("5c", 64), ("5d", 64)):
        blocks[name] = (
            (
                (("branch1x1", 64, 1, 1),),
                (("branch5x5_1", 48, 1, 1), ("branch5x5_2", 64, 5, 1)),
                (*twice, ("branch3x3dbl_3", 96, 3, 1)),
            ),
            mean,
            pooled,
        )
    blocks["6a"] = (
        ((("branch3x3", 384, 3, 2),), (*twice, ("branch3x3dbl_3", 96, 3, 2))),
        "shrink",
        0,
    )
    for name, c in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
        blocks[name] = (
            (
                (("branch1x1", 192, 1, 1),),
                (
                    ("branch7x7_1", c, 1, 1),
                    ("branch7x7_2", c, _WIDE, 1),
                    ("branch7x7_3", 192, _TALL, 1),
                ),
                (
                    ("branch7x7dbl_1", c, 1, 1),
                    ("branch7x7dbl_2", c, _TALL, 1),
                    ("branch7x7dbl_3", c, _WIDE, 1),
                    ("branch7x7dbl_4", c, _TALL, 1),
                    ("branch7x7dbl_5", 192, _WIDE, 1),
                ),
            ),
            mean,
            192,
        )
    blocks["7a"] = (
        (
            (("branch3x3_1", 192, 1, 1), ("branch3x3_2", 320, 3, 2)),
            (
                ("branch7x7x3_1", 192, 1, 1),
                ("branch7x7x3_2", 192, _WIDE, 1),
                ("branch7x7x3_3", 192, _TALL, 1),
                ("branch7x7x3_4", 192, 3, 2),
            ),
        ),
        "shrink",
        0,
    )
    for name, pool in (("7b", mean), ("7c", "max" if of_fid else mean)):
        blocks[name] = (
            (
                (("branch1x1", 320, 1, 1),),
                (
                    ("branch3x3_1", 384, 1, 1),
                    ("branch3x3_2a", 384, (1, 3), 1),
                    ("branch3x3_2b", 384, (3, 1), 1),
                ),
                (
                    ("branch3x3dbl_1", 448, 1, 1),
                    ("branch3x3dbl_2", 384, 3, 1),
                    ("branch3x3dbl_3a", 384, (1, 3), 1),
                    ("branch3x3dbl_3b", 384, (3, 1), 1),
                ),
            ),
            pool,
            192,
        )
    return blocks


def is_of_fid(state: Mapping[str, Any]) -> bool:
    """Whether weights are in the layout of FID's file."""
    classifier = state.get(_CLASSIFIER)
    return isinstance(classifier, Tensor) and len(classifier) == _FID_CLASSES


def load_inception(path: str | PathLike[str], *, thin: int = 1) -> InceptionFeatures:
    """Inception-v3 with weights from a file in torchvision's names, FID's or others.

    Raises UnreadableFile for a file that holds something else.
    """
    state = read_state(Path(path))
    network = InceptionFeatures(of_fid=is_of_fid(state), thin=thin)
    fill(network, state, source=Path(path), layout="Inception-v3 in torchvision's names")
    return network
