"""The networks of lines and of colour by name: generators and what judges them."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from paintreel.learn.models import cartoongan, residual_attention, scenerygan
from paintreel.learn.models.drawing_network import DrawingNetwork
from paintreel.learn.models.drawing_tasks import DrawingTask

OURS, CARTOON, SCENERY = "residual_attention", "cartoongan", "scenerygan"

PRESETS = {
    OURS: tuple(residual_attention.PRESETS),
    CARTOON: tuple(cartoongan.PRESETS),
    SCENERY: tuple(scenerygan.PRESETS),
}
"""{network: its presets}"""


def make_generator(
    network: str, task: DrawingTask, preset: str, without: Sequence[str] = ()
) -> DrawingNetwork:
    """A new generator; `without` are of residual_attention.PARTS, and of that network alone."""
    if network == CARTOON:
        return cartoongan.CartoonGenerator(task, cartoongan.PRESETS[preset])
    if network == SCENERY:
        return scenerygan.SceneryGenerator(task, scenerygan.PRESETS[preset])
    config = residual_attention.vary(residual_attention.PRESETS[preset][task.name], without)
    return residual_attention.ResidualAttention(task, config)


def make_critics(network: str, task: DrawingTask, preset: str) -> dict[str, nn.Module]:
    """What judges answers, and at "back" what judges the way back of a cycle."""
    if network == CARTOON:
        return {"answer": cartoongan.CartoonCritic(task, cartoongan.PRESETS[preset])}
    if network == SCENERY:
        config = scenerygan.PRESETS[preset]
        return {
            "answer": scenerygan.PatchCritic(task.c_out, config),
            "back": scenerygan.PatchCritic(task.content, config),
        }
    critic = residual_attention.DISCRIMINATORS[preset]
    return {"answer": residual_attention.ResidualDiscriminator(task, critic)}


def make_way_back(task: DrawingTask, preset: str) -> DrawingNetwork:
    """The generator of a cycle's way back."""
    return scenerygan.SceneryGenerator(scenerygan.way_back(task), scenerygan.PRESETS[preset])
