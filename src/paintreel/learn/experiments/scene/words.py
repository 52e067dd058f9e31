"""Pictures from a word and a seed: AttnGAN-like and StyleGAN-like beside MFFCN, at one small size.

There is no true picture of them, so they are measured by what needs none. Every held-out crop
stands for one picture: of its category, from a seed of the trial and the crop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.scene_crops import Crop
from paintreel.learn.data.scene_pairs import Panel
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.scene.conditions import FROM_NOISE, WORD
from paintreel.learn.experiments.trials import train_trial
from paintreel.learn.models import attngan, stylegan
from paintreel.learn.models.word_painter import WordPainter
from paintreel.learn.trainers.attngan import AttnGANSettings, AttnGANTrainer
from paintreel.learn.trainers.from_words import FromWordsSettings, FromWordsTrainer
from paintreel.learn.trainers.stylegan import StyleGANSettings, StyleGANTrainer
from paintreel.roughs.rough import Rough
from paintreel.scenes.from_category import block_in
from paintreel.worlds import draw_world
from paintreel.worlds.categories import find_category

_TRAINERS: dict[str, tuple[type[FromWordsTrainer], Callable[..., FromWordsSettings]]] = {
    "attngan": (AttnGANTrainer, AttnGANSettings),
    "stylegan": (StyleGANTrainer, StyleGANSettings),
}
_NETWORKS: dict[str, Callable[[str], WordPainter]] = {
    "attngan": lambda preset: attngan.AttnGAN(attngan.PRESETS[preset]),
    "stylegan": lambda preset: stylegan.StyleGAN(stylegan.PRESETS[preset]),
}
_LEAST_BATCH = 2


def is_of_words(condition: Condition) -> bool:
    """Whether its pictures are from a word and a seed."""
    return condition.group == WORD


def is_from_noise(condition: Condition) -> bool:
    """Whether a network makes them of noise, with no drawing under them."""
    return condition.system in FROM_NOISE


def word_side_px(preset: str) -> int:
    """Side of all pictures from words."""
    return attngan.PRESETS[preset].side_px


def make_word_painter(condition: Condition, preset: str) -> WordPainter:
    """The untrained network of a condition that `is_from_noise`."""
    return _NETWORKS[condition.system](preset)


def word_seed(crop: Crop, seed: int) -> int:
    """Of the picture that stands for a crop in the trial with a seed."""
    return int(np.random.default_rng([seed, 89, *crop.name.encode()]).integers(2**32))


def draw_word(crop: Crop, seed: int) -> Array:
    """The world of a crop's category as the rules draw it, as large as the crop."""
    assert crop.label is not None, "checked before anything is trained"
    side = crop.truth.shape[0]
    return draw_world(
        find_category(crop.label), seed=word_seed(crop, seed), width_px=side, height_px=side
    ).flatten()


def word_rough(crop: Crop, seed: int) -> Rough:
    """What a network is given to finish: the drawing without its grain, and its lines."""
    return block_in(draw_word(crop, seed))


def train_from_noise(
    condition: Condition,
    *,
    panels: Sequence[Panel],
    preset: str,
    batch: int,
    seed: int,
    budget: Budget,
    compute: ComputeChoice,
    group: ProcessGroup,
    work: Path,
) -> tuple[Callable[[Crop], Array], dict[str, Any]]:
    """(crop to a picture of its category, facts of the training), on from a checkpoint in `work`.

    batch: pictures a step, as the scene networks have, 2 at least.
    """
    trainer_of, settings_of = _TRAINERS[condition.system]
    settings = settings_of(preset=preset, seed=seed, batch=max(_LEAST_BATCH, batch))
    trainer = trainer_of(settings, panels=panels, group=group)
    trained_facts = train_trial(trainer, work=work, budget=budget, group=group, compute=compute)
    facts = {
        **trained_facts,
        "parameters": sum(p.numel() for p in trainer.average.module.parameters()),
    }
    return lambda crop: trainer.paint(crop.label, word_seed(crop, seed)), facts
