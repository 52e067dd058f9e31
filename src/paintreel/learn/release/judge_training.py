"""Train the judge of painted form, and export it with its card.

    python -m paintreel.learn.release.judge_training --recipe recipes/judge.toml \\
        --art DIR --photos DIR --out runs/judge

OUT/model.onnx and OUT/card.toml are a model of the task ``judge``; the card says how the judge does
on the test part of the splits. `--start` goes on from the weights of an earlier run
(OUT/weights.safetensors), so that a long training may be made in legs.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler, jitter
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.data.splits import Split, source_weights
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import Precision, applied, choose
from paintreel.learn.engine.workload import Workload
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
from paintreel.learn.trainers.provenance import ModelFacts, origin, read_source
from paintreel.learn.trainers.recipes import load_training_recipe
from paintreel.runtime.card import CARD_NAME, Card, sha256_of
from paintreel.runtime.contract import Contract

MODULE = "paintreel.learn.release.judge_training"
SYSTEM = "judge"
MODEL_NAME = "model.onnx"
MAX_SIDE_PX = 640
WEIGHTS_NAME = "weights.safetensors"


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
    weights: tuple[Array | None, Array | None] = (None, None),
    start: Judge | None = None,
    precision: Callable[[], AbstractContextManager[object]] = nullcontext,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Judge, int]:
    """Binary cross-entropy on jittered crops until the budget is spent; the judge and its steps.

    weights    how often each picture of art and of the photographs is drawn; None: alike
    start      a judge to go on from
    precision  makes the context of a forward pass, such as autocast

    Raises InputError for a budget that is not above 0 seconds.
    """
    if not budget_s > 0:
        raise InputError(f"the budget is {budget_s:g} s, expected more than 0")
    s = settings
    torch.manual_seed(s.seed)
    rng = np.random.default_rng(s.seed)
    judge = Judge(PRESETS[s.preset]) if start is None else start
    judge.train().to(
        memory_format=torch.channels_last  # type: ignore[call-overload]  # torch's stubs lack it
    )
    optimiser = torch.optim.AdamW(judge.parameters(), lr=s.rate, weight_decay=s.weight_decay)
    samplers = [
        CropSampler(
            [(p,) for p in pictures],
            crop_px=CROP_PX,
            batch=s.batch,
            rng=rng,
            zoom=s.zoom,
            weights=often,
        )
        for pictures, often in zip((art, photos), weights, strict=True)
    ]
    target = torch.cat([torch.full((s.batch,), 0.95), torch.full((s.batch,), 0.05)])
    began_s, step = clock(), 0
    while (spent := (clock() - began_s) / budget_s) < 1:
        for group in optimiser.param_groups:
            group["lr"] = s.rate * 0.5 * (1 + np.cos(np.pi * spent))
        x = np.concatenate([jitter(sampler()[0], rng) for sampler in samplers])
        with precision():
            logits = judge(torch.from_numpy(x).contiguous(memory_format=torch.channels_last))
        loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), target)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        step += 1
        if step % 25 == 0:
            print(f"judge step {step} loss {loss.item():.3f}", flush=True)
    return judge.eval(), step


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
        system=SYSTEM,
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
    """Train, export, measure on the test part, print the measures."""
    args = _parser().parse_args(argv)
    if not args.minutes > 0:
        raise InputError(f"--minutes is {args.minutes:g}, expected more than 0")
    source = read_source(allow_dirty=args.allow_dirty)
    recipe = load_training_recipe(args.recipe, SYSTEM, JudgeSettings())
    facts, settings, splits = ModelFacts(**recipe.facts), recipe.settings, recipe.splits
    if splits is None:
        raise InputError(f'recipe {args.recipe} needs splits = "FILE.toml"')
    start = None if args.start is None else load_judge(args.start, settings.preset)
    art, panels = _parts(args.art, splits.panels, "--art")
    photos, plain = _parts(args.photos, splits.photographs, "--photos")
    loaded = [_load(folder, what) for folder, what in ((art, "--art"), (photos, "--photos"))]
    held_out = [_load(folder, what) for folder, what in ((panels, "--art"), (plain, "--photos"))]
    group = ProcessGroup(0, 1, torch.device("cpu"))
    precision = Precision(group.device)
    compute = choose(_workload(settings), group=group)
    print(compute.text(), file=sys.stderr, flush=True)
    start_s = clock()
    with applied(compute, precision):
        judge, steps = train_judge(
            loaded[0].pictures,
            loaded[1].pictures,
            settings,
            budget_s=args.minutes * 60,
            weights=(None, source_weights(loaded[1].paths)),
            start=start,
            precision=precision.autocast,
        )
    training = origin(
        facts,
        settings,
        source=source,
        command=["python", "-m", MODULE, *(sys.argv[1:] if argv is None else argv)],
        wall_s=clock() - start_s,
        data_hash=f"art {art.hash()[:16]}, photos {photos.hash()[:16]}",
    )
    training |= {
        "steps": steps,
        **compute.facts(),
        "start_sha256": None if args.start is None else sha256_of(args.start),
        "art_pictures": len(loaded[0].paths),
        "photo_pictures": len(loaded[1].paths),
        "measured_on": f"test part: {len(held_out[0].paths)} panels, "
        f"{len(held_out[1].paths)} photographs",
    }
    args.out.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.contiguous() for name, tensor in judge.state_dict().items()}
    save_file(state, args.out / WEIGHTS_NAME)
    path = args.out / MODEL_NAME
    card = export_judge(judge, path, facts, training)
    measures = measure_judge(PictureJudge(path), held_out[0].pictures, held_out[1].pictures)
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
    parser.add_argument("--recipe", type=Path, required=True, metavar="TOML")
    parser.add_argument(
        "--start", type=Path, metavar="FILE", help=f"{WEIGHTS_NAME} of a run to go on from"
    )
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--allow-dirty", action="store_true", help="changes that no commit holds")
    return parser


def _workload(settings: JudgeSettings) -> Workload:
    shape = (2 * settings.batch, 3, CROP_PX, CROP_PX)
    return Workload(Judge(PRESETS[settings.preset]), [shape])


def load_judge(path: Path, preset: str) -> Judge:
    """A judge from `weights.safetensors` of a run. Raises InputError for other files."""
    judge = Judge(PRESETS[preset])
    try:
        judge.load_state_dict(load_file(path))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise InputError(f"--start {path} holds no judge '{preset}': {error}") from error
    return judge


@dataclass(frozen=True)
class _Loaded:
    """Pictures (H, W, 3) uint8 and the paths that they come from."""

    pictures: list[Array]
    paths: list[Path]


def _load(folder: PictureFolder, what: str) -> _Loaded:
    """The pictures that are large enough for a crop. Raises DataError where none is."""
    pictures = load_pictures(folder, max_side_px=MAX_SIDE_PX, what=what)
    large = [
        (picture, path)
        for picture, path in zip(pictures, folder.paths, strict=True)
        if min(picture.shape[:2]) >= CROP_PX
    ]
    if not large:
        raise DataError(
            f"{what} {folder.root}: none of {len(pictures)} pictures has {CROP_PX} px a side "
            f"after shrinking to {MAX_SIDE_PX} px"
        )
    return _Loaded([picture for picture, _ in large], [path for _, path in large])


def _parts(root: Path, split: Split, what: str) -> tuple[PictureFolder, PictureFolder]:
    """(to train on, to test on): nothing of the development part is in either."""
    folder = scan(root, what=what)
    train, _ = folder.split(split.held_out)
    _, test = folder.split(split.test)
    for paths, part in ((train.paths, "train"), (test.paths, "test")):
        if not paths:
            raise DataError(f"{what} {root}: the splits leave nothing to {part} on")
    return train, test


if __name__ == "__main__":
    main()
