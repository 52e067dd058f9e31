"""Settings of the networks of lines and of colour: what a recipe may say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from paintreel.errors import InputError
from paintreel.learn.data.line_samples import ColourSampling, LineSampling
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.models import residual_attention
from paintreel.learn.models.drawing_networks import NETWORKS, OURS
from paintreel.near_names import did_you_mean, near_names


@dataclass(frozen=True)
class DrawingSettings:
    """Everything a recipe may set, but for the pairs; shares of 1.

    network, preset, without: what is trained, its size, and parts of residual_attention.PARTS
    that are left out of it. paired: whether the network sees what its answer should have been;
    without, as the peers were published, it sees true answers of other pictures.
    rate, adversarial_rate, critic_rate: at the start, at the end, and of the critic.
    adversary_from, ramp: parts of the budget before the adversary, and in which it comes in; peers
    have the first as the phase in which their content alone starts them.
    l1 ... features, content, cycle: weights of the terms; adversary: of Eq. 3 beside them, so that
    l1 / adversary is the omega of Eq. 6.
    held_out_art: globs of drawings that are measured on and not learnt from, beside those that a
    pack keeps apart.
    workers: processes that make samples; -1: as many as the device needs.
    Raises InputError for values that no run can use.
    """

    network: str = OURS
    preset: str = "light"
    without: tuple[str, ...] = ()
    paired: bool = True
    seed: int = 0
    batch: int = 8
    rate: float = 1e-3
    adversarial_rate: float = 1e-5
    critic_rate: float = 2e-4
    fan_in: float = 0.5
    momentum: float = 0.9
    adversary_from: float = 0.4
    ramp: float = 0.1
    l1: float = 1.0
    entropy: float = 0.0
    overlap: float = 0.0
    stable: float = 0.0
    cells: float = 0.0
    features: float = 0.0
    choice: float = 0.0
    content: float = 1.0
    cycle: float = 10.0
    adversary: float = 0.01
    real_label: float = 0.9
    ema_decay: float = 0.998
    workers: int = -1
    held_out_art: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = (
            *(self.l1, self.entropy, self.overlap, self.stable, self.cells, self.features),
            *(self.choice, self.content, self.cycle, self.adversary),
        )
        checks = {
            f"network is of {', '.join(NETWORKS)}": self.network in NETWORKS,
            "seed is 0 or more": self.seed >= 0,
            "batch is 1 or more": self.batch >= 1,
            "rates are above 0": min(self.rate, self.adversarial_rate, self.critic_rate) > 0,
            "adversary_from is 0 to 1 and ramp not below 0": (
                0 <= self.adversary_from <= 1 and self.ramp >= 0
            ),
            "weights are not below 0": min(weights) >= 0,
            "real_label is above 0.5, at most 1": 0.5 < self.real_label <= 1,
            "momentum and ema_decay are 0 to below 1": (
                all(0 <= x < 1 for x in (self.momentum, self.ema_decay))
            ),
            "fan_in is 0 to 1": 0 <= self.fan_in <= 1,
            "workers is -1 or more": self.workers >= -1,
            "residual_attention is paired": self.paired or self.network != OURS,
            "without is of residual_attention alone": not self.without or self.network == OURS,
        }
        must_hold(checks, "these settings cannot be trained with")
        _known(self.preset, NETWORKS[self.network].presets, f"preset of {self.network}")
        for part in self.without:
            _known(part, residual_attention.PARTS, "part that can be left out")


def _known(name: str, names: Sequence[str], what: str) -> None:
    if name not in names:
        hint = did_you_mean(near_names(name, names)) or f"there are: {', '.join(names)}"
        raise InputError(f"{name!r} is no {what}; {hint}")


@dataclass(frozen=True)
class LineartSettings(DrawingSettings):
    """Of the network of lines. entropy, overlap and stable are ours: see `trainers.lines`."""

    entropy: float = 0.5
    overlap: float = 0.5
    stable: float = 0.2
    pairs: LineSampling = field(default_factory=LineSampling)


@dataclass(frozen=True)
class ColorizeSettings(DrawingSettings):
    """Of the network of colour. cells, features, choice are ours: see `trainers.lines`."""

    cells: float = 0.5
    features: float = 0.1
    choice: float = 0.05
    pairs: ColourSampling = field(default_factory=ColourSampling)
