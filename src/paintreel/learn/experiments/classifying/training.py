"""One training of a classifier of pictures, and what it says of others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import resized
from paintreel.learn.data.taught import middle_square
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.engine.workload import Workload
from paintreel.learn.experiments.trials import train_trial
from paintreel.learn.explain.gradcam import grad_cam
from paintreel.learn.explain.sanity import alike, half_shares, randomised
from paintreel.learn.trainers.extractor import F32_ONLY
from paintreel.learn.trainers.picture_classifier import PictureClassifierTrainer

_HALF_PX = 160
_FEWEST = 2


def workload_of(network: nn.Module, *, batch: int, size_px: tuple[int, int]) -> Workload:
    """What the threads of all trainings are measured on."""
    return Workload(network, [(batch, 3, *size_px)], f32_only=F32_ONLY)


def train_and_ask(
    trainer: PictureClassifierTrainer,
    pictures: Sequence[Array],
    *,
    work: Path,
    budget: Budget,
    group: ProcessGroup,
    compute: ComputeChoice,
) -> tuple[Array, dict[str, Any]]:
    """((N, C) probabilities of the pictures, facts of the training).

    A training under way in `work` is gone on with.
    """
    trained_facts = train_trial(trainer, work=work, budget=budget, group=group, compute=compute)
    facts = {
        **trained_facts,
        "parameters": sum(p.numel() for p in trainer.average.module.parameters()),
    }
    return trainer.predict(pictures), facts


def map_facts(
    network: nn.Module,
    layer: str,
    pictures: Sequence[Array],
    classes: Sequence[int],
    *,
    pairs: int,
    seed: int,
) -> dict[str, float]:
    """Whether Grad-CAM's maps lie where a class is, and come from what was learnt.

    Two pictures of different classes make one of two halves, each a square of its middle, and the
    map is asked for the left one's class.

    layer     that is looked at, a name in the network
    pictures  that the network recognises, of these classes

    `map_on_half`: mean share of a map on the half of its class; `map_on_half_random`: the same of
    the network with random weights; `map_alike_random`: rank correlation of the two. {} for fewer
    than two classes.
    """
    rng = np.random.default_rng(seed)
    numbers = np.array(classes)
    if len(set(numbers.tolist())) < _FEWEST:
        return {}
    views, wanted = [], []
    for _ in range(pairs):
        left = int(rng.integers(len(numbers)))
        right = int(rng.choice(np.flatnonzero(numbers != numbers[left])))
        views.append(np.hstack([_half(pictures[i]) for i in (left, right)]))
        wanted.append(int(numbers[left]))
    x = torch.from_numpy(np.stack(views).transpose(0, 3, 1, 2).astype(np.float32) / 255)
    network = network.eval()
    other = randomised(network, seed=seed)
    own, random = (
        torch.cat([_map_of(each, layer, x[i : i + 1], label) for i, label in enumerate(wanted)])
        for each in (network, other)
    )
    return {
        "map_on_half": round(float(half_shares(own).mean()), 4),
        "map_on_half_random": round(float(half_shares(random).mean()), 4),
        "map_alike_random": round(alike(own, random), 4),
    }


def _map_of(network: nn.Module, layer: str, x: torch.Tensor, label: int) -> torch.Tensor:
    x = x.to(next(network.parameters()).device)
    return grad_cam(network, network.get_submodule(layer), x, lambda scores: scores[:, label])


def _half(picture: Array) -> Array:
    return resized(middle_square(picture), _HALF_PX, _HALF_PX)
