"""Train the judge of painted form, and measure pictures with it.

    python -m paintreel.learn.release.judge --art DIR --photos DIR --out judge.safetensors

The share of crops taken for art, and the Frechet distance of the judge's features, steer the
training of a style. They are relative measures: another judge gives other figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler, jitter
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.models.judge import PRESETS, Judge
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance

CROP_PX = 160


def grid_crops(picture: Array, *, crop_px: int = CROP_PX, limit: int = 6) -> Array:
    """Evenly laid crops of (H, W, 3) uint8: (K, 3, crop, crop) float32 in [0, 1]."""
    height, width = picture.shape[:2]
    tops = np.linspace(0, height - crop_px, max(1, min(2, height // crop_px))).astype(int)
    lefts = np.linspace(0, width - crop_px, max(1, min(3, width // crop_px))).astype(int)
    crops = [
        picture[t : t + crop_px, a : a + crop_px].transpose(2, 0, 1) for t in tops for a in lefts
    ]
    return np.stack(crops[:limit]).astype(np.float32) / 255


@torch.no_grad()
def judge_pictures(judge: Judge, pictures: Sequence[Array]) -> tuple[Array, Array]:
    """(probability of art, features (C,)) of every crop of every picture.

    Pictures below CROP_PX a side are passed over; raises DataError if no other is left.
    """
    judge.eval()
    probabilities, features = [], []
    for picture in pictures:
        if min(picture.shape[:2]) < CROP_PX:
            continue
        f = judge.features(torch.from_numpy(grid_crops(picture)))
        probabilities.append(judge.head(f).squeeze(1).sigmoid().numpy())
        features.append(f.numpy())
    if not features:
        raise DataError(
            f"none of {len(pictures)} pictures has {CROP_PX} px a side, which the judge needs"
        )
    return np.concatenate(probabilities), np.concatenate(features)


def feature_statistics(features: Array) -> FeatureStatistics:
    statistics = FeatureStatistics(features.shape[1], name="judge")
    statistics.update(features)
    return statistics


def judged(judge: Judge, pictures: Sequence[Array], panels: FeatureStatistics) -> dict[str, float]:
    """Share of crops taken for art and Frechet distance of features to held-out panels.

    Of few crops the distance is biased upward: see `caution`.
    """
    probability, features = judge_pictures(judge, pictures)
    distance = frechet_distance(feature_statistics(features), panels, allow_biased=True)
    return {"judge": float((probability > 0.5).mean()), "frechet": float(distance)}


def caution(panels: FeatureStatistics, pictures: Sequence[Array]) -> str | None:
    """What is to be said of distances between `panels` and `pictures`, or None."""
    crops = min(panels.count, sum(len(grid_crops(picture)) for picture in pictures))
    if crops >= panels.dimensions:
        return None
    return (
        f"note: {crops} crops for {panels.dimensions} features: the Frechet distances are far too "
        "large, and comparable only with each other; hold out more pictures"
    )


def train_judge(
    art: list[Array],
    photos: list[Array],
    *,
    budget_s: float,
    seed: int,
    preset: str = "standard",
    batch: int = 24,
    clock=time.monotonic,
) -> Judge:
    """Binary cross-entropy on jittered crops until the budget is spent.

    Raises InputError for a budget that is not above 0 seconds.
    """
    if not budget_s > 0:
        raise InputError(f"the budget is {budget_s:g} s, expected more than 0")
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    judge = Judge(PRESETS[preset]).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=1e-3)
    samplers = [
        CropSampler([(p,) for p in pictures], crop_px=CROP_PX, batch=batch, rng=rng, zoom=1.6)
        for pictures in (art, photos)
    ]
    target = torch.cat([torch.full((batch,), 0.95), torch.full((batch,), 0.05)])
    start, step = clock(), 0
    while (spent := (clock() - start) / budget_s) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * 0.5 * (1 + np.cos(np.pi * spent))
        x = np.concatenate([jitter(sampler()[0], rng) for sampler in samplers])
        with torch.autocast("cpu", torch.bfloat16):
            logits = judge(torch.from_numpy(x).contiguous(memory_format=torch.channels_last))
        loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 25 == 0:
            print(f"judge step {step} loss {loss.item():.3f}", flush=True)
    return judge.eval().to(memory_format=torch.contiguous_format)


def load_judge(path: str | Path, preset: str = "standard") -> Judge:
    judge = Judge(PRESETS[preset])
    judge.load_state_dict(load_file(path))
    return judge.eval()


def _load(folder: PictureFolder, what: str) -> list[Array]:
    pictures = load_pictures(folder, max_side_px=640, what=what)
    large = [p for p in pictures if min(p.shape[:2]) >= CROP_PX]
    if not large:
        raise DataError(
            f"{what} {folder.root}: none of {len(pictures)} pictures has {CROP_PX} px a side "
            "after shrinking to 640 px"
        )
    return large


def _split(
    root: Path, held_out: Sequence[str], rng: np.random.Generator, what: str
) -> tuple[PictureFolder, PictureFolder]:
    """(to train on, held out): by the patterns, or a random eighth where they match nothing."""
    folder = scan(root, what=what)
    kept, held = folder.split(held_out)
    if not held.paths:
        return folder.set_aside(rng)
    if not kept.paths:
        raise DataError(f"{what} {root}: every picture is held out; nothing to train on")
    return kept, held


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--art", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    without = "globs of pictures to test on (where none matches: a random eighth)"
    episodes = ["E05*", "E11*", "E16*", "E22*"]
    parser.add_argument("--held-out-art", nargs="*", default=episodes, help=without)
    parser.add_argument("--held-out-photos", nargs="*", default=[], help=without)
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    if not args.minutes > 0:
        raise InputError(f"--minutes is {args.minutes:g}, expected more than 0")
    rng = np.random.default_rng(args.seed)
    art, held_art = _split(args.art, args.held_out_art, rng, "--art")
    photos, held_photos = _split(args.photos, args.held_out_photos, rng, "--photos")
    panels, plain = _load(held_art, "--art"), _load(held_photos, "--photos")
    judge = train_judge(
        _load(art, "--art"),
        _load(photos, "--photos"),
        budget_s=args.minutes * 60,
        seed=args.seed,
    )
    save_file(judge.state_dict(), args.out)
    taken, features = judge_pictures(judge, panels)
    statistics = feature_statistics(features)
    result = {
        "panels taken for art": float((taken > 0.5).mean()),
        "photographs": judged(judge, plain, statistics),
    }
    if note := caution(statistics, plain):
        print(note, file=sys.stderr)
    args.out.with_suffix(".json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
