"""Classifiers of pictures: linear heads on statistics of EfficientNet-Lite0's maps and of colours.

Means and deviations of the maps of several blocks say in which medium a picture is and what it
shows; with a histogram of colours, something of its mood too. The heads are linear, so that what a
place of the picture adds to the score of a class has a closed form: the gradient of the pooled
statistic times the activation,

    mean       m = sum_p x_p / P                      adds  w_m x_p
    deviation  d = sqrt(sum_p (x_p - m)^2 / P)        adds  w_d (x_p - m) x_p / d

at place p, whose means over all places are w_m m and w_d d. Grad-CAM (Selvaraju and others 2017)
weights a whole map by the mean of its gradient; here the gradient is kept a place at a time, since
that of a deviation has a mean of nought.

How unlike what was learnt from a picture is: the distance of Mahalanobis to the nearest of the
media's centres, in the directions in which pictures differ most.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.models.efficientnet import STAGES, EfficientNetLite0

HEAD = "head"
"""The tap after the last convolution, of 1280 channels."""

_GRID = 8
"""Maps are given at 1/8 of the picture."""
_COLOUR_STEP = 4
_BINS = 5
_LEAST = 1e-8


@dataclass(frozen=True)
class LinearHead:
    """Scores s W + b of D statistics: weights (D, C), bias (C,)."""

    weights: Array
    bias: Array


@dataclass(frozen=True)
class Familiarity:
    """distance(s) = min_g |s P - c_g| / threshold: projection (D, K), centres (G, K)."""

    projection: Array
    centres: Array
    threshold: float


class Statistics(nn.Module):
    """What the heads see of a picture: means and deviations of maps, then statistics of colours.

    x: (N, 3, H, W) float32 in [0, 1], H and W multiples of 32, to (N, D).

    taps: ``block1`` ... ``block16`` and ``head``, in the order of the network.
    """

    def __init__(self, network: EfficientNetLite0, taps: tuple[str, ...]) -> None:
        super().__init__()
        known = [f"block{i + 1}" for i in range(len(network._blocks))] + [HEAD]
        places = [known.index(tap) if tap in known else -1 for tap in taps]
        if not places or -1 in places or places != sorted(set(places)):
            raise InputError(
                f"taps are {', '.join(taps) or 'none'}; expected some of {', '.join(known)}, in "
                "that order"
            )
        self.taps = taps
        self.network = folded(network)
        self.widths, self.strides = _widths(self.network, taps)

    @property
    def mapped(self) -> int:
        """How many of the statistics are of maps; those of colours come after them."""
        return 2 * sum(self.widths)

    @property
    def places(self) -> dict[str, slice]:
        """Where the statistics of each tap lie."""
        ends = np.cumsum([2 * width for width in self.widths]).tolist()
        return {
            tap: slice(end - 2 * width, end)
            for tap, width, end in zip(self.taps, self.widths, ends, strict=True)
        }

    @property
    def size(self) -> int:
        """D."""
        return self.mapped + _BINS**3 + 6

    def maps(self, x: Tensor) -> list[Tensor]:
        """The maps of the taps."""
        net, maps = self.network, []
        y = net._start(x)
        for place, block in enumerate(net._blocks):
            y = block(y)
            if f"block{place + 1}" in self.taps:
                maps.append(y)
        if HEAD in self.taps:
            maps.append(functional.relu6(net._conv_head(y)))
        return maps

    def forward(self, x: Tensor) -> Tensor:
        return self.of_maps(x, self.maps(x))

    def of_maps(self, x: Tensor, maps: list[Tensor]) -> Tensor:
        """(N, D) of a picture and its maps."""
        parts = [statistic for each in maps for statistic in pooled(each)]
        return torch.cat([*parts, colour_statistics(x)], 1)


class ClassifierNetwork(nn.Module):
    """Statistics, heads, the distance and the maps of classes, as `runtime.classifiers` runs them.

    x: (N, 3, H, W) float32 in [0, 1], H and W multiples of 32. Gives probabilities (N, C) of all
    heads in the order of their names, distance (N, 1), maps (N, C, H / 8, W / 8) and features
    (N, K), by which sets of pictures are compared.

    average: (D,) statistics of an average picture: what it adds is taken off the maps.
    axes: (D, K) of the features, which are counted from the average picture on.
    """

    average: Tensor
    weights: Tensor
    bias: Tensor
    projection: Tensor
    centres: Tensor
    level: Tensor
    axes: Tensor

    def __init__(
        self,
        statistics: Statistics,
        heads: Mapping[str, LinearHead],
        familiarity: Familiarity,
        average: Array,
        axes: Array,
    ) -> None:
        super().__init__()
        self.statistics = statistics
        ordered = [heads[name] for name in sorted(heads)]
        self.counts = [len(head.bias) for head in ordered]
        weights = np.concatenate([head.weights for head in ordered], 1)
        projection = familiarity.projection / familiarity.threshold
        # Files hold f16. Statistics lie far from nought, so that a small error of a weight would
        # be a large one of a score: everything is counted from an average picture on.
        average = average.astype(np.float16).astype(np.float64)
        self._keep("average", average)
        self._keep("weights", weights)
        self._keep("bias", np.concatenate([h.bias + average @ h.weights for h in ordered]))
        self._keep("projection", projection)
        self._keep("centres", familiarity.centres / familiarity.threshold - average @ projection)
        mapped = statistics.mapped
        self._keep("level", average[:mapped] @ weights[:mapped])
        used = np.flatnonzero(axes.any(axis=1))  # the rest need not be in the file
        self.featured = slice(int(used[0]), int(used[-1]) + 1)
        self._keep("axes", axes[self.featured])

    def _keep(self, name: str, values: Array) -> None:
        self.register_buffer(name, torch.from_numpy(np.ascontiguousarray(values, np.float32)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        maps = self.statistics.maps(x)
        statistics = self.statistics.of_maps(x, maps)
        scores = self.scores(statistics)
        shares = [part.softmax(1) for part in torch.split(scores, self.counts, 1)]
        features = (statistics - self.average)[:, self.featured] @ self.axes
        return torch.cat(shares, 1), self.distance(statistics), self.evidence(maps), features

    def scores(self, statistics: Tensor) -> Tensor:
        """(N, C) before the softmax of each head."""
        return (statistics - self.average) @ self.weights + self.bias

    def distance(self, statistics: Tensor) -> Tensor:
        """(N, 1): above 1 a picture is unlike what was learnt from."""
        lies = ((statistics - self.average) @ self.projection).unsqueeze(1)
        apart: Tensor = ((lies - self.centres) ** 2).sum(2)
        return (apart.min(1, keepdim=True).values + _LEAST).sqrt()

    def evidence(self, maps: list[Tensor]) -> Tensor:
        """(N, C, H / 8, W / 8): what each place adds to each score, beyond an average picture."""
        total, start = -self.level[None, :, None, None], 0
        for x, width, stride in zip(
            maps, self.statistics.widths, self.statistics.strides, strict=True
        ):
            mean, deviation = (s[:, :, None, None] for s in pooled(x))
            of_mean = self.weights[start : start + width]
            of_deviation = self.weights[start + width : start + 2 * width]
            varied = (x - mean) * x / deviation
            at = functional.conv2d(_to_grid(x, stride, shrinks=True), _as_kernel(of_mean))
            at = at + functional.conv2d(
                _to_grid(varied, stride, shrinks=True), _as_kernel(of_deviation)
            )
            total = total + _to_grid(at, stride, shrinks=False)
            start += 2 * width
        return total


def pooled(x: Tensor) -> tuple[Tensor, Tensor]:
    """((N, C) means, (N, C) deviations) of maps (N, C, H, W)."""
    mean = x.mean(dim=(2, 3))
    variance = ((x - mean[:, :, None, None]) ** 2).mean(dim=(2, 3))
    return mean, (variance + _LEAST).sqrt()


def colour_statistics(x: Tensor) -> Tensor:
    """(N, 131) of pictures (N, 3, H, W): roots of a soft histogram, means, deviations.

    The histogram has five bins of lightness, of red against green and of yellow against blue;
    a colour between two bins counts for both.
    """
    small = functional.avg_pool2d(x, _COLOUR_STEP)
    red, green, blue = small.flatten(2).unbind(1)
    axes = torch.stack(
        [0.3 * red + 0.59 * green + 0.11 * blue, red - green, 0.5 * (red + green) - blue], 1
    )
    light = _soft_bins(axes[:, 0], 0.0, 1.0)
    across = [_soft_bins(axes[:, i].clamp(-0.5, 0.5), -0.5, 0.5) for i in (1, 2)]
    joint = light[:, :, None, None] * across[0][:, None, :, None] * across[1][:, None, None]
    histogram = joint.mean(4).flatten(1)
    mean = axes.mean(2)
    deviation = (((axes - mean[:, :, None]) ** 2).mean(2) + _LEAST).sqrt()
    return torch.cat([(histogram + _LEAST).sqrt(), mean, deviation], 1)


def _soft_bins(values: Tensor, low: float, high: float) -> Tensor:
    """(N, bins, P) shares of values (N, P) in the bins, which add up to 1."""
    middles = torch.linspace(low, high, _BINS, dtype=values.dtype, device=values.device)
    step = (high - low) / (_BINS - 1)
    return functional.relu(1 - (values[:, None] - middles[:, None]).abs() / step)


def folded(network: EfficientNetLite0) -> EfficientNetLite0:
    """A copy in evaluation mode whose convolutions hold the norms that follow them."""
    network = copy.deepcopy(network).eval()
    pairs = {"_expand_conv": "_bn0", "_depthwise_conv": "_bn1", "_project_conv": "_bn2"}
    stems = {"_conv_stem": "_bn0", "_conv_head": "_bn1"}
    for module in (network, *network._blocks):
        for convolution, norm in (stems if module is network else pairs).items():
            if hasattr(module, convolution):
                fused = fuse_conv_bn_eval(getattr(module, convolution), getattr(module, norm))
                setattr(module, convolution, fused)
                setattr(module, norm, nn.Identity())
    network._fc = nn.Identity()  # type: ignore[assignment]  # a million weights that no tap needs
    return network.requires_grad_(False)


def _widths(network: EfficientNetLite0, taps: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Channels of the taps, and pixels of the picture a place of theirs stands for."""
    widths: dict[str, int] = {}
    strides: dict[str, int] = {}
    stride = 2
    for _expansion, _kernel, step, count, width in STAGES:
        stride *= step
        for _ in range(count):
            name = f"block{len(widths) + 1}"
            widths[name], strides[name] = width, stride
    widths[HEAD], strides[HEAD] = network._conv_head.out_channels, stride
    return [widths[tap] for tap in taps], [strides[tap] for tap in taps]


def _to_grid(x: Tensor, stride: int, *, shrinks: bool) -> Tensor:
    """Maps at 1/`stride` as maps at 1/8; done in two places, each time on the smaller of the two.

    Both ways keep the mean.
    """
    if stride < _GRID and shrinks:
        return functional.avg_pool2d(x, _GRID // stride)
    if stride > _GRID and not shrinks:
        return functional.interpolate(
            x, scale_factor=float(stride // _GRID), mode="bilinear", align_corners=False
        )
    return x


def _as_kernel(weights: Tensor) -> Tensor:
    """(C, D, 1, 1) of weights (D, C)."""
    return weights.t()[:, :, None, None]
