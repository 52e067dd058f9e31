"""Train the judge of painted form, and measure pictures with it.

    python -m paintreel.learn.experiments.judge --art DIR --photos DIR --out judge.safetensors

The share of crops taken for art, and the Frechet distance of the judge's features, steer the
training of a style. They are relative measures: another judge gives other figures.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from paintreel.learn.data.crops import CropSampler, jitter
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.models.judge import PRESETS, Judge
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance

Array = np.ndarray
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
    """(probability of art, features (C,)) of every crop of every picture."""
    judge.eval()
    probabilities, features = [], []
    for picture in pictures:
        if min(picture.shape[:2]) < CROP_PX:
            continue
        f = judge.features(torch.from_numpy(grid_crops(picture)))
        probabilities.append(judge.head(f).squeeze(1).sigmoid().numpy())
        features.append(f.numpy())
    return np.concatenate(probabilities), np.concatenate(features)


def feature_statistics(features: Array) -> FeatureStatistics:
    statistics = FeatureStatistics(features.shape[1], name="judge")
    statistics.update(features)
    return statistics


def judged(judge: Judge, pictures: Sequence[Array], panels: FeatureStatistics) -> dict[str, float]:
    """Share of crops taken for art and Frechet distance of features to held-out panels."""
    probability, features = judge_pictures(judge, pictures)
    distance = frechet_distance(feature_statistics(features), panels)
    return {"judge": float((probability > 0.5).mean()), "frechet": float(distance)}


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
    """Binary cross-entropy on jittered crops until the budget is spent."""
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
    return [p for p in pictures if min(p.shape[:2]) >= CROP_PX]


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--art", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--held-out-art", nargs="*", default=["E05*", "E11*", "E16*", "E22*"])
    parser.add_argument("--held-out-photos", nargs="*", default=[])
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    art, held_art = scan(args.art, what="--art").split(args.held_out_art)
    photos, held_photos = scan(args.photos, what="--photos").split(args.held_out_photos)
    judge = train_judge(
        _load(art, "--art"),
        _load(photos, "--photos"),
        budget_s=args.minutes * 60,
        seed=args.seed,
    )
    save_file(judge.state_dict(), args.out)
    panel, features = judge_pictures(judge, _load(held_art, "--art"))
    statistics = feature_statistics(features)
    plain = judged(judge, _load(held_photos, "--photos"), statistics)
    result = {"panels taken for art": float((panel > 0.5).mean()), "photographs": plain}
    args.out.with_suffix(".json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
