"""What the model file of a scene network says of it, so that one trainer can train all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.learn.losses.adversarial import CROSS_ENTROPY, AdversarialLoss

WITHHELD = "category"
"""What may be left out of every network: it is withheld from the pairs, not from the network."""

FUSION = "mid"
"""Where features of parallel kernels meet unless a recipe says otherwise."""


RESIDUAL = "residual"
"""What may be left out of every network: painting a change onto the block-in."""


def without_residual(config: Any, without: frozenset[str], _fusion: str) -> Any:
    """`vary` of a network that has no other part."""
    return replace(config, residual=False) if RESIDUAL in without else config


class SceneGenerator(nn.Module):
    """What scene networks have in common; `blocks.scene_io` says what they take and give.

    multiple   height and width are multiples of it
    code_size  length of the style code; 1 for networks that have none
    halo_px    radius of the receptive field, rounded up to the size multiple
    """

    multiple: int
    code_size: int

    @property
    def halo_px(self) -> int:
        raise NotImplementedError

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        raise NotImplementedError


@dataclass(frozen=True)
class SceneNetwork:
    """A kind of scene network; every model file has one, called NETWORK.

    make         config to generator
    presets      {name: config}; one is called "tiny" and trains a step in seconds
    make_critic  preset to a critic, (scene, rough) to (features, scores); None has no adversary
    adversarial  how generator and critic learn from the critic's scores
    parts        what `without` may leave out beside the category
    variants     {name: config to a config in which something else is done another way}
    fusions      what `fusion` may be
    vary         (config, parts left out, fusion) to the config of such a network
    """

    make: Callable[[Any], SceneGenerator]
    presets: Mapping[str, Any]
    make_critic: Callable[[str], nn.Module] | None = None
    adversarial: AdversarialLoss = CROSS_ENTROPY
    parts: tuple[str, ...] = ()
    variants: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    fusions: tuple[str, ...] = (FUSION,)
    vary: Callable[[Any, frozenset[str], str], Any] | None = None

    def config(
        self,
        preset: str,
        *,
        without: tuple[str, ...] = (),
        fusion: str = FUSION,
        variants: tuple[str, ...] = (),
    ) -> Any:
        """The config of a preset less some parts. Raises InputError for what there is not."""
        known = {
            "preset": ({preset}, sorted(self.presets)),
            "without": (set(without), [*self.parts, WITHHELD]),
            "fusion": ({fusion}, list(self.fusions)),
            "variants": (set(variants), list(self.variants)),
        }
        for setting, (values, allowed) in known.items():
            if unknown := sorted(values - set(allowed)):
                raise InputError(
                    f"{setting} is {unknown[0]!r}, this network has {', '.join(allowed) or 'none'}"
                )
        config, left_out = self.presets[preset], frozenset(without) - {WITHHELD}
        for name in variants:
            config = self.variants[name](config)
        return config if self.vary is None else self.vary(config, left_out, fusion)

    def generator(
        self,
        preset: str,
        *,
        without: tuple[str, ...] = (),
        fusion: str = FUSION,
        variants: tuple[str, ...] = (),
    ) -> SceneGenerator:
        """The generator of a preset less some parts. Raises InputError."""
        return self.make(self.config(preset, without=without, fusion=fusion, variants=variants))

    def critic(self, preset: str) -> nn.Module | None:
        return None if self.make_critic is None else self.make_critic(preset)
