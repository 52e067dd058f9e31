"""The networks of lines and of colour by name: one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import nn

from paintreel.learn.models import cartoongan, residual_attention, scenerygan
from paintreel.learn.models.drawing_network import DrawingNetwork
from paintreel.learn.models.drawing_tasks import DrawingTask

OURS, CARTOON, SCENERY = "residual_attention", "cartoongan", "scenerygan"

Critics = dict[str, nn.Module]
"""What judges answers, at "answer", and what judges the way back of a cycle, at "back"."""


@dataclass(frozen=True)
class NetworkFamily:
    """A network of drawings in all its sizes.

    title      for tables
    presets    names of its sizes, for both tasks
    generator  (task, preset, parts that are left out) to a new generator
    critics    (task, preset) to what judges it
    """

    title: str
    presets: tuple[str, ...]
    generator: Callable[[DrawingTask, str, Sequence[str]], DrawingNetwork]
    critics: Callable[[DrawingTask, str], Critics]


def _ours(task: DrawingTask, preset: str, without: Sequence[str]) -> DrawingNetwork:
    config = residual_attention.PRESETS[preset][task.name]
    return residual_attention.ResidualAttention(task, residual_attention.vary(config, without))


def _critic_of_ours(task: DrawingTask, preset: str) -> Critics:
    config = residual_attention.DISCRIMINATORS[preset]
    return {"answer": residual_attention.ResidualDiscriminator(task, config)}


def _two_ways(task: DrawingTask, preset: str) -> Critics:
    config = scenerygan.PRESETS[preset]
    return {
        "answer": scenerygan.PatchCritic(task.c_out, config),
        "back": scenerygan.PatchCritic(task.content, config),
    }


NETWORKS = {
    OURS: NetworkFamily(
        "residual attention", tuple(residual_attention.PRESETS), _ours, _critic_of_ours
    ),
    CARTOON: NetworkFamily(
        "CartoonGAN",
        tuple(cartoongan.PRESETS),
        lambda task, preset, _: cartoongan.CartoonGenerator(task, cartoongan.PRESETS[preset]),
        lambda task, preset: {"answer": cartoongan.CartoonCritic(task, cartoongan.PRESETS[preset])},
    ),
    SCENERY: NetworkFamily(
        "SceneryGAN-like",
        tuple(scenerygan.PRESETS),
        lambda task, preset, _: scenerygan.SceneryGenerator(task, scenerygan.PRESETS[preset]),
        _two_ways,
    ),
}


def make_generator(
    network: str, task: DrawingTask, preset: str, without: Sequence[str] = ()
) -> DrawingNetwork:
    """A new generator; `without` are of residual_attention.PARTS, and of that network alone."""
    return NETWORKS[network].generator(task, preset, without)


def make_critics(network: str, task: DrawingTask, preset: str) -> Critics:
    """What judges its answers; see `Critics`."""
    return NETWORKS[network].critics(task, preset)


def make_way_back(task: DrawingTask, preset: str) -> DrawingNetwork:
    """The generator of a cycle's way back."""
    return scenerygan.SceneryGenerator(scenerygan.way_back(task), scenerygan.PRESETS[preset])
