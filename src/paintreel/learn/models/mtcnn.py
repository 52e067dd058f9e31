"""MTCNN (Zhang, Zhang, Li and Qiao 2016): three small networks that find faces, each by itself.

The first sees a whole picture and proposes squares of 12 px, the second looks at each proposal in
24 px, the third in 48 px and says where eyes, nose and corners of the mouth are. What lies between
them (scales, crops, suppression) is `paintreel.faces.cascade`.

The weights are those of the package `mtcnn` 1.0 (Ivan de Paz Centeno, MIT), which has them from
FaceNet (David Sandberg, MIT), and that from the authors; nothing is trained here.

Differences from the paper: none in the networks. Pooling rounds its size up and the fully connected
layers read columns before rows, as the weights were trained for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.errors import UnreadableFile
from paintreel.imaging.arrays import Array

__all__ = ["INPUTS", "MTCNN", "OUTPUTS", "PARTS", "load_mtcnn"]

PARTS = ("pnet", "rnet", "onet")
"""The networks, in the order in which a picture meets them."""

INPUTS = ("picture", "crops_24", "crops_48")
OUTPUTS = (
    *("proposed", "proposed_offsets", "refined", "refined_offsets"),
    *("faces", "face_offsets", "landmarks"),
)


class ProposalNetwork(nn.Module):
    """(N, 3, H, W) float32 in [0, 1] to (N, 1, h, w) probabilities and (N, 4, h, w) offsets.

    Place (y, x) is the square of 12 px at (2 y, 2 x); offsets are of its corners, in sides.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_conv(3, 10, 3), nn.MaxPool2d(2, 2, ceil_mode=True), *_conv(10, 16, 3),
            *_conv(16, 32, 3),
        )  # fmt: skip
        self.offsets = nn.Conv2d(32, 4, 1)
        self.score = nn.Conv2d(32, 2, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.body(_centred(x))
        return self.score(seen).softmax(dim=1)[:, 1:], self.offsets(seen)


class RefinementNetwork(nn.Module):
    """(N, 3, 24, 24) float32 in [0, 1] to (N, 1) probabilities and (N, 4) offsets of corners."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_conv(3, 28, 3), nn.MaxPool2d(3, 2, ceil_mode=True), *_conv(28, 48, 3),
            nn.MaxPool2d(3, 2), *_conv(48, 64, 2),
        )  # fmt: skip
        self.joined = nn.Sequential(nn.Linear(576, 128), nn.PReLU(128))
        self.offsets = nn.Linear(128, 4)
        self.score = nn.Linear(128, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.joined(_in_columns(self.body(_centred(x))))
        return self.score(seen).softmax(dim=1)[:, 1:], self.offsets(seen)


class LandmarkNetwork(nn.Module):
    """(N, 3, 48, 48) float32 in [0, 1] to (N, 1) probabilities, (N, 4) offsets, (N, 10) landmarks.

    Landmarks are x of both eyes, nose and both corners of the mouth, then their y, in sides of the
    crop from its corner.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_conv(3, 32, 3), nn.MaxPool2d(3, 2, ceil_mode=True), *_conv(32, 64, 3),
            nn.MaxPool2d(3, 2), *_conv(64, 64, 3), nn.MaxPool2d(2, 2, ceil_mode=True),
            *_conv(64, 128, 2),
        )  # fmt: skip
        self.joined = nn.Sequential(nn.Linear(1152, 256), nn.PReLU(256))
        self.offsets = nn.Linear(256, 4)
        self.landmarks = nn.Linear(256, 10)
        self.score = nn.Linear(256, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        seen = self.joined(_in_columns(self.body(_centred(x))))
        return (
            self.score(seen).softmax(dim=1)[:, 1:],
            self.offsets(seen),
            self.landmarks(seen),
        )


class MTCNN(nn.Module):
    """The three networks side by side, one graph: `INPUTS` in, `OUTPUTS` out.

    Whoever wants one of them gives the others empty batches.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pnet = ProposalNetwork()
        self.rnet = RefinementNetwork()
        self.onet = LandmarkNetwork()

    def forward(self, picture: Tensor, crops_24: Tensor, crops_48: Tensor) -> tuple[Tensor, ...]:
        return (*self.pnet(picture), *self.rnet(crops_24), *self.onet(crops_48))


def load_mtcnn(weights: Mapping[str, Sequence[Array]], *, source: str) -> MTCNN:
    """MTCNN with the arrays of the package, {part: arrays as Keras keeps them}.

    Raises UnreadableFile, naming `source`, where they are not those of this layout.
    """
    network = MTCNN().eval().requires_grad_(False)
    for name in PARTS:
        part = getattr(network, name)
        holders = list(part.parameters())
        given = weights.get(name, ())
        if len(given) != len(holders):
            raise UnreadableFile(source, f"{name} has {len(given)} arrays, not {len(holders)}")
        for holder, array in zip(holders, given, strict=True):
            values = _as_torch(np.asarray(array, np.float32))
            if values.shape != holder.shape or not values.isfinite().all():
                raise UnreadableFile(
                    source,
                    f"{name} holds {tuple(values.shape)} where {tuple(holder.shape)} was expected",
                )
            holder.copy_(values)
    return network


def _as_torch(array: Array) -> Tensor:
    """Kernels are (rows, columns, in, out) in Keras, matrices (in, out), slopes (1, 1, C)."""
    if array.ndim == 4:
        array = array.transpose(3, 2, 0, 1)
    elif array.ndim == 3:
        array = array.reshape(-1)
    elif array.ndim == 2:
        array = array.T
    return torch.from_numpy(np.ascontiguousarray(array))


def _conv(c_in: int, c_out: int, kernel: int) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(c_in, c_out, kernel), nn.PReLU(c_out)


def _centred(x: Tensor) -> Tensor:
    """[0, 1] as the networks learnt it: (level - 127.5) / 128."""
    return x * (255 / 128) - 127.5 / 128


def _in_columns(maps: Tensor) -> Tensor:
    """(N, C, h, w) as rows of numbers: column by column, in each row by row, in each channels."""
    return maps.permute(0, 3, 2, 1).flatten(1)
