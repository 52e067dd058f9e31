"""Train the judge of painted form, and export it with its card.

    python -m paintreel.learn.release.judge_training --art DIR --photos DIR --out runs/judge

OUT/model.onnx and OUT/card.toml are a model of the task ``judge``; the card says how the judge does
on pictures that were held out.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler, jitter
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.export.traced import BATCH, PICTURES, export_traced, relative
from paintreel.learn.models.judge import PRESETS, SMALLEST_PX, Judge
from paintreel.learn.release.judge import (
    CROP_PX,
    FEATURES,
    INPUT,
    PROBABILITY,
    TASK,
    PictureJudge,
    feature_statistics,
    few_crops_note,
)
from paintreel.learn.trainers.provenance import ModelFacts, origin
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.contract import Contract

MODULE = "paintreel.learn.release.judge_training"
MODEL_NAME = "model.onnx"
MAX_SIDE_PX = 640
EPISODES = ("E05*", "E11*", "E16*", "E22*")
"""Panels that are held out where no others are named."""


@dataclass(frozen=True)
class JudgeSettings:
    """How a judge is trained.

    preset  of `models.judge`
    batch   crops of art in a step, and as many of photographs
    zoom    crops are taken at a random scale of 1/zoom to 1
    """

    preset: str = "standard"
    seed: int = 0
    batch: int = 24
    rate: float = 2e-3
    weight_decay: float = 1e-3
    zoom: float = 1.6


def train_judge(
    art: Sequence[Array],
    photos: Sequence[Array],
    settings: JudgeSettings,
    *,
    budget_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> Judge:
    """Binary cross-entropy on jittered crops until the budget is spent.

    Raises InputError for a budget that is not above 0 seconds.
    """
    if not budget_s > 0:
        raise InputError(f"the budget is {budget_s:g} s, expected more than 0")
    s = settings
    torch.manual_seed(s.seed)
    rng = np.random.default_rng(s.seed)
    judge = Judge(PRESETS[s.preset])
    judge.to(
        memory_format=torch.channels_last  # type: ignore[call-overload]  # torch's stubs lack it
    )
    optimiser = torch.optim.AdamW(judge.parameters(), lr=s.rate, weight_decay=s.weight_decay)
    samplers = [
        CropSampler([(p,) for p in pictures], crop_px=CROP_PX, batch=s.batch, rng=rng, zoom=s.zoom)
        for pictures in (art, photos)
    ]
    target = torch.cat([torch.full((s.batch,), 0.95), torch.full((s.batch,), 0.05)])
    start, step = clock(), 0
    while (spent := (clock() - start) / budget_s) < 1:
        for group in optimiser.param_groups:
            group["lr"] = s.rate * 0.5 * (1 + np.cos(np.pi * spent))
        x = np.concatenate([jitter(sampler()[0], rng) for sampler in samplers])
        with torch.autocast("cpu", torch.bfloat16):
            logits = judge(torch.from_numpy(x).contiguous(memory_format=torch.channels_last))
        loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), target)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        step += 1
        if step % 25 == 0:
            print(f"judge step {step} loss {loss.item():.3f}", flush=True)
    return judge.eval()


class _Outputs(nn.Module):
    """A judge as its file gives it: features (N, C) and probability (N,)."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.judge.features(x)
        return features, self.judge.logits(features).sigmoid()


def export_judge(judge: Judge, path: Path, facts: ModelFacts, training: dict[str, Any]) -> Card:
    """Write the judge to `path` (.onnx) and its card beside it; return the card.

    Raises TrainingError if ONNX Runtime differs from torch; `path` is then left as it was.
    """
    contract = Contract(
        name=facts.name,
        system="judge",
        licence=facts.licence,
        credit=facts.credit,
        task=TASK,
        multiple=1,
        halo_px=0,
        tiling="whole",
        input=INPUT,
        output=PROBABILITY,
    )
    rng = np.random.default_rng(0)
    sizes = ((1, CROP_PX, CROP_PX), (3, CROP_PX, SMALLEST_PX), (2, SMALLEST_PX + 7, 99))
    checks = [
        (torch.from_numpy(rng.uniform(0, 1, (n, 3, h, w)).astype(np.float32)),) for n, h, w in sizes
    ]
    parity = export_traced(
        _Outputs(judge),
        path,
        inputs={INPUT: PICTURES},
        outputs={FEATURES: BATCH, PROBABILITY: BATCH},
        sample=checks[0],
        checks=checks,
        metadata=contract.metadata(),
        difference=relative,
    )
    training = training | {"torch_parity": float(f"{parity.runtime:.1e}")}
    card = Card.describe(path, description=facts.description, training=training)
    card.save(path.with_name(CARD_NAME))
    return card


def measure_judge(
    judge: PictureJudge, panels: Sequence[Array], photos: Sequence[Array]
) -> dict[str, float]:
    """How a judge does on panels and photographs that it did not see.

    `panels` and `photographs`: shares of their crops that it takes for art. `frechet`: distance of
    the photographs' features to the panels'.
    """
    probability, features = judge.crops(panels)
    statistics = feature_statistics(features)
    measures = judge.measures(photos, statistics)
    if note := few_crops_note(statistics, photos):
        print(note, file=sys.stderr)
    return {
        "panels": round(float((probability > 0.5).mean()), 4),
        "photographs": round(measures["judge"], 4),
        "frechet": round(measures["frechet"], 4),
    }


def main(argv: Sequence[str] | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
    """Train, export, measure, print the measures."""
    args = _parser().parse_args(argv)
    if not args.minutes > 0:
        raise InputError(f"--minutes is {args.minutes:g}, expected more than 0")
    rng = np.random.default_rng(args.seed)
    art, held_out_art = _split(args.art, args.held_out_art, rng, "--art")
    photos, held_out_photos = _split(args.photos, args.held_out_photos, rng, "--photos")
    panels, plain = _load(held_out_art, "--art"), _load(held_out_photos, "--photos")
    settings = JudgeSettings(preset=args.preset, seed=args.seed)
    facts = ModelFacts(
        "judge", "Tells painted panels from photographs by form.", args.licence, args.credit
    )
    budget_s, start_s = args.minutes * 60, clock()
    judge = train_judge(_load(art, "--art"), _load(photos, "--photos"), settings, budget_s=budget_s)
    training = origin(
        facts,
        settings,
        command=["python", "-m", MODULE, *(sys.argv[1:] if argv is None else argv)],
        wall_s=clock() - start_s,
        data_hash=f"art {art.hash()[:16]}, photos {photos.hash()[:16]}",
    )
    training |= {"held_out_art": args.held_out_art, "held_out_photos": args.held_out_photos}
    path = args.out / MODEL_NAME
    card = export_judge(judge, path, facts, training)
    measures = measure_judge(PictureJudge(path), panels, plain)
    card = dataclasses.replace(card, training=card.training | {"measures": measures})
    card.save(path.with_name(CARD_NAME))
    print(json.dumps(measures, indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--art", type=Path, required=True, metavar="DIR")
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the model"
    )
    without = "globs of pictures to test on (where none matches: a random eighth)"
    parser.add_argument("--held-out-art", nargs="*", default=list(EPISODES), help=without)
    parser.add_argument("--held-out-photos", nargs="*", default=[], help=without)
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--preset", choices=list(PRESETS), default="standard")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--licence", default=ModelFacts.licence, help="of the weights")
    parser.add_argument("--credit", default="", help="whom to name when they are used")
    return parser


def _load(folder: PictureFolder, what: str) -> list[Array]:
    pictures = load_pictures(folder, max_side_px=MAX_SIDE_PX, what=what)
    large = [p for p in pictures if min(p.shape[:2]) >= CROP_PX]
    if not large:
        raise DataError(
            f"{what} {folder.root}: none of {len(pictures)} pictures has {CROP_PX} px a side "
            f"after shrinking to {MAX_SIDE_PX} px"
        )
    return large


def _split(
    root: Path, held_out: Sequence[str], rng: np.random.Generator, what: str
) -> tuple[PictureFolder, PictureFolder]:
    """(to train on, held out): by the patterns, or a random eighth where they match nothing."""
    folder = scan(root, what=what)
    train, test = folder.split(held_out)
    if not test.paths:
        return folder.set_aside(rng)
    if not train.paths:
        raise DataError(f"{what} {root}: every picture is held out; nothing to train on")
    return train, test


if __name__ == "__main__":
    main()
