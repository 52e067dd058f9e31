"""CartoonGAN (Chen, Lai and Liu 2018), as a network of lines and of colour, to compare with.

"CartoonGAN: Generative Adversarial Networks for Photo Cartoonization": the generator goes down
twice by pairs of convolutions, through eight residual blocks, and up again, with instance norm;
a patch discriminator sees true cartoons, painted ones, and true ones whose edges are smoothed, so
that it asks for clear edges. A content loss holds features of the picture, and starts the
generator alone (the initialisation phase). `trainers.line_peers` has these terms.

Differences from the paper
- It takes the planes of the task, with the condition as planes that are the same everywhere, and
  answers through a sigmoid.
- The content features are those of EfficientNet-Lite0 at 1/8 of the picture; the paper's, conv4_4
  of VGG at 1/8, cannot be had under a free licence here. `Maps` of any network fit.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from paintreel.learn.models.drawing_network import DrawingNetwork
from paintreel.learn.models.drawing_tasks import DrawingTask


@dataclass(frozen=True)
class CartoonConfig:
    """width: channels of the first convolution.  depth: residual blocks.  critic: its width."""

    width: int = 64
    depth: int = 8
    critic: int = 32


class NormedResidual(nn.Module):
    """x + norm(conv(relu(norm(conv(x))))): (N, C, H, W) to the same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.InstanceNorm2d(channels, affine=True),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.InstanceNorm2d(channels, affine=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.body(x)
        return x + change


def normed(*layers: nn.Module, channels: int) -> nn.Sequential:
    """Layers, instance norm of their `channels`, ReLU."""
    return nn.Sequential(*layers, nn.InstanceNorm2d(channels, affine=True), nn.ReLU())


class CartoonGenerator(DrawingNetwork):
    """planes (N, c_in, H, W) and condition (N, K) to (N, c_out, H, W); H, W multiples of 4.

    There is no noise. Its norms look at the whole picture.
    """

    multiple = 4
    tiling = "whole"

    def __init__(self, task: DrawingTask, config: CartoonConfig = CartoonConfig()) -> None:
        super().__init__(task)
        w = config.width
        self.body = nn.Sequential(
            normed(nn.Conv2d(task.c_in + task.condition, w, 7, padding=3), channels=w),
            _down(w, 2 * w),
            _down(2 * w, 4 * w),
            *(NormedResidual(4 * w) for _ in range(config.depth)),
            _up(4 * w, 2 * w),
            _up(2 * w, w),
            nn.Conv2d(w, task.c_out, 7, padding=3),
        )
        self.depth = config.depth

    def forward(
        self, planes: Tensor, condition: Tensor | None = None, noise: Tensor | None = None
    ) -> Tensor:
        y: Tensor = self.body(self.with_condition(planes, condition))
        return y.float().sigmoid()

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field but for the norms."""
        return 3 + 3 + 6 + 4 * 2 * self.depth + 6 + 3 + 3


def _down(c_in: int, c_out: int) -> nn.Sequential:
    return normed(
        nn.Conv2d(c_in, c_out, 3, stride=2, padding=1),
        nn.Conv2d(c_out, c_out, 3, padding=1),
        channels=c_out,
    )


def _up(c_in: int, c_out: int) -> nn.Sequential:
    return normed(
        nn.ConvTranspose2d(c_in, c_out, 3, stride=2, padding=1, output_padding=1),
        nn.Conv2d(c_out, c_out, 3, padding=1),
        channels=c_out,
    )


class CartoonCritic(nn.Module):
    """A picture (N, c_out, H, W) to logits of its patches (N, 1, H/4, W/4)."""

    def __init__(self, task: DrawingTask, config: CartoonConfig = CartoonConfig()) -> None:
        super().__init__()
        w = config.critic
        layers: list[nn.Module] = [nn.Conv2d(task.c_out, w, 3, padding=1), nn.LeakyReLU(0.2)]
        for channels in (w, 4 * w):
            first, second = (2 * w, 4 * w) if channels == w else (4 * w, 8 * w)
            layers += [nn.Conv2d(channels, first, 3, 2, 1), nn.LeakyReLU(0.2)]
            layers += [
                nn.Conv2d(first, second, 3, padding=1),
                nn.InstanceNorm2d(second, affine=True),
                nn.LeakyReLU(0.2),
            ]
        channels = 8 * w
        layers += [
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.InstanceNorm2d(channels, affine=True),
            nn.LeakyReLU(0.2),
            nn.Conv2d(channels, 1, 3, padding=1),
        ]
        self.layers = nn.Sequential(*layers)

    def forward(self, picture: Tensor) -> Tensor:
        scores: Tensor = self.layers(picture * 2 - 1)
        return scores


def edges_smoothed(picture: Tensor, *, reach_px: int = 2) -> Tensor:
    """A picture (N, C, H, W) in [0, 1] that is blurred at its edges alone.

    Edges are pixels whose grey (mean of the channels) changes by more than a tenth to a neighbour,
    widened by `reach_px`; the paper dilates Canny's and blurs with a Gaussian, ours is blurred by
    two box means.
    """
    grey = picture.mean(dim=1, keepdim=True)
    around = 3
    change = functional.max_pool2d(grey, around, 1, 1) + functional.max_pool2d(-grey, around, 1, 1)
    size = 2 * reach_px + 1
    edges = functional.max_pool2d((change > 0.1).to(picture.dtype), size, 1, reach_px)
    soft = picture
    for _ in range(2):
        soft = functional.avg_pool2d(soft, size, 1, reach_px, count_include_pad=False)
    return picture + edges * (soft - picture)


PRESETS = {
    "tiny": CartoonConfig(width=4, depth=1, critic=4),
    "light": CartoonConfig(),
    "paper": CartoonConfig(),
}
"""It is compared at the size that was published, whatever the size of ours."""
