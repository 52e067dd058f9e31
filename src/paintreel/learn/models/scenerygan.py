"""A network like SceneryGAN, to compare with: a CycleGAN of a task.

Tan 2024 compares with "SceneryGAN" (scenery generative adversarial network) and gives neither a
reference nor a layer of it, so that nobody can build it. What stands for it here is the common
unpaired network of its time, CycleGAN (Zhu et al. 2017): a generator each way, held together by
what comes back, a patch discriminator (70x70) each, least squares. The text says "like" wherever
it is shown.

Differences from CycleGAN: the planes and condition of the task go in, and a sigmoid comes out. The
way back answers with what shows the picture (RGB, or ink) alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor, nn

from paintreel.learn.models.cartoongan import NormedResidual, normed
from paintreel.learn.models.drawing_network import DrawingNetwork
from paintreel.learn.models.drawing_tasks import DrawingTask


@dataclass(frozen=True)
class SceneryConfig:
    """width: channels of the first convolution.  depth: residual blocks.  critic: its width."""

    width: int = 64
    depth: int = 6
    critic: int = 64


class SceneryGenerator(DrawingNetwork):
    """planes (N, c_in, H, W) and condition (N, K) to (N, c_out, H, W); H, W multiples of 4."""

    multiple = 4
    tiling = "whole"

    def __init__(self, task: DrawingTask, config: SceneryConfig = SceneryConfig()) -> None:
        super().__init__(task)
        w = config.width
        self.depth = config.depth
        self.body = nn.Sequential(
            normed(nn.Conv2d(task.c_in + task.condition, w, 7, padding=3), channels=w),
            normed(nn.Conv2d(w, 2 * w, 3, 2, 1), channels=2 * w),
            normed(nn.Conv2d(2 * w, 4 * w, 3, 2, 1), channels=4 * w),
            *(NormedResidual(4 * w) for _ in range(config.depth)),
            normed(nn.ConvTranspose2d(4 * w, 2 * w, 3, 2, 1, 1), channels=2 * w),
            normed(nn.ConvTranspose2d(2 * w, w, 3, 2, 1, 1), channels=w),
            nn.Conv2d(w, task.c_out, 7, padding=3),
        )

    def forward(
        self, planes: Tensor, condition: Tensor | None = None, noise: Tensor | None = None
    ) -> Tensor:
        y: Tensor = self.body(self.with_condition(planes, condition))
        return y.float().sigmoid()

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field but for the norms."""
        return 3 + 1 + 2 + 4 * 2 * self.depth + 4 + 2 + 4


def way_back(task: DrawingTask) -> DrawingTask:
    """The task that makes, of an answer, what showed the picture."""
    return replace(
        task, c_in=task.c_out, c_out=task.content, content=task.c_out, condition=0, seeded=False
    )


class PatchCritic(nn.Module):
    """A picture (N, channels, H, W) to scores of its patches of 70x70 px (N, 1, h, w)."""

    def __init__(self, channels: int, config: SceneryConfig = SceneryConfig()) -> None:
        super().__init__()
        w = config.critic
        layers: list[nn.Module] = [nn.Conv2d(channels, w, 4, 2, 1), nn.LeakyReLU(0.2)]
        for c_in, c_out, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [
                nn.Conv2d(c_in, c_out, 4, stride, 1),
                nn.InstanceNorm2d(c_out, affine=True),
                nn.LeakyReLU(0.2),
            ]
        self.layers = nn.Sequential(*layers, nn.Conv2d(8 * w, 1, 4, 1, 1))

    def forward(self, picture: Tensor) -> Tensor:
        scores: Tensor = self.layers(picture * 2 - 1)
        return scores


PRESETS = {
    "tiny": SceneryConfig(width=4, depth=1, critic=4),
    "light": SceneryConfig(),
    "paper": SceneryConfig(),
}
"""It is compared at the size that was published, whatever the size of ours."""
