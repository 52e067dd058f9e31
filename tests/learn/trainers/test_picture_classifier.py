"""The trainer of classifiers: it learns, asks a teacher, and leaves alone what it should."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from paintreel.errors import InputError
from paintreel.learn.data.taught import TaughtPictures
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.loop import LoopSettings, train
from paintreel.learn.models.efficientnet import EfficientNetLite0
from paintreel.learn.models.rescaled_efficientnet import EfficientNetClassifier
from paintreel.learn.models.resnet import ResNet50
from paintreel.learn.trainers.picture_classifier import (
    Guide,
    LearningSettings,
    PictureClassifierTrainer,
    groups_by_origin,
)


class Colours(nn.Module):
    """Scores are linear in the mean colour."""

    def __init__(self, classes: int = 3) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3)
        self.head = nn.Linear(3, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.norm(x).mean((2, 3)))


def coloured(count: int = 12) -> TaughtPictures:
    """Red, green and blue ones, which are classes 0, 1 and 2."""
    pictures = []
    for i in range(count):
        picture = np.full((40, 60, 3), 60, np.uint8)
        picture[..., i % 3] = 200 - i
        pictures.append(picture)
    return TaughtPictures(pictures, np.eye(3)[np.arange(count) % 3])


def make(solo, *, guide=None, network=None, **changes) -> PictureClassifierTrainer:
    given = {"crop_px": 32, "batch": 6, "rate": 0.05, "jitter": 0.1, "warmup": 0.0}
    torch.manual_seed(0)
    return PictureClassifierTrainer(
        network or Colours(),
        LearningSettings(**given | changes),
        seed=0,
        train=coloured(),
        held_out=coloured(6),
        squeezes=True,
        group=solo,
        guide=guide,
    )


def test_it_learns(solo):
    trainer = make(solo)
    first = trainer.step(0.0)["labels"]
    for _ in range(60):
        last = trainer.step(0.3)["labels"]
    assert last < 0.7 * first
    shares = trainer.predict(coloured(6).pictures)
    assert shares.argmax(axis=1).tolist() == [0, 1, 2] * 2
    assert shares.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-5)
    assert trainer.measures() == {"accuracy": 1.0, "macro_recall": 1.0}
    assert trainer.sample_sheet().shape == (160, 6 * 160, 3)


def test_a_teacher_is_followed_where_it_is_asked(solo):
    """It calls red green and green red, and is not asked about blue; the labels have no weight."""
    truth = coloured().targets.argmax(axis=1)
    shares = np.eye(3)[1 - np.minimum(truth, 1)] * 0.98
    shares[:, :2] += 0.01
    shares[truth == 2] = 0
    trainer = make(solo, guide=Guide(shares, weight=1.0, temperature=2.0))
    for _ in range(80):
        terms = trainer.step(0.3)
    assert set(terms) == {"labels", "teacher"}
    found = trainer.predict(coloured(3).pictures)
    assert found[0, 1] > found[0, 0]
    assert found[1, 0] > found[1, 1]
    assert found[2].argmax() == 2


def test_held_norms_do_not_move(solo):
    for holds in (True, False):
        trainer = make(solo, holds_norms=holds)
        trainer.step(0.0)
        moved = trainer.model.norm.running_mean.abs().sum() > 0
        assert bool(moved) is not holds


def test_weights_from_elsewhere_have_their_own_rate(solo):
    network = EfficientNetClassifier(EfficientNetLite0(), classes=3, rescaled=2)
    new, old = groups_by_origin(network, 0.1)
    assert (new["share"], old["share"]) == (1.0, 0.1)
    counts = [sum(p.numel() for p in group["params"]) for group in (new, old)]
    assert sum(counts) == sum(p.numel() for p in network.parameters())
    own = sum(p.numel() for n, p in network.named_parameters() if "rescaling" in n)
    assert counts[0] == own + sum(p.numel() for p in network.head.parameters())
    assert len(groups_by_origin(ResNet50(classes=3, width=2), 1.0)) == 2


def test_a_resumed_run_equals_an_unbroken_one(solo, tmp_path):
    class Stops(Exception):
        pass

    def run(out, *, resume=False, stop_at=None):
        torch.manual_seed(7)
        trainer = make(solo, network=nn.Sequential(nn.Dropout(0.3), Colours()))
        step, taken = trainer.step, []

        def counted(progress):
            if len(taken) == stop_at:
                raise Stops
            taken.append(progress)
            return step(progress)

        trainer.step = counted
        settings = LoopSettings(
            checkpoint_every_s=0, say_every_s=np.inf, precision="f32", threads=1
        )
        train(
            trainer,
            out=out,
            budget=Budget(steps=6),
            group=solo,
            resume=resume,
            settings=settings,
        )
        return trainer.predict(coloured(3).pictures), len(taken)

    whole, _count = run(tmp_path / "a")
    with pytest.raises(Stops):
        run(tmp_path / "b", stop_at=3)
    again, count = run(tmp_path / "b", resume=True)
    assert count == 3
    assert np.array_equal(again, whole)


@pytest.mark.parametrize(
    "wrong",
    [
        {"crop_px": 8},
        {"aspect": 9.0},
        {"batch": 1},
        {"body_rate": 0.0},
        {"balance": -1.0},
        {"jitter": 1.5},
        {"least": 0.0},
        {"ema_decay": 1.0},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_settings_that_cannot_be_used(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        LearningSettings(**wrong)
