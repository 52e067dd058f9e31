"""Held-out pictures graded for every mood, and what is measured of each.

    rise       probability that the model `mood` gives the mood that was asked for, less before
    others     the same of the moods that were not asked for, mean: what any grade does to a mood
    named      whether it is the model's likeliest
    structure  SSIM of the gradients of lightness
    skin, white  mean CIEDE2000 of what was like skin and what was white: of colour alone, at the
                 lightness that it had; `skin_all`, `white_all`: with lightness

The mood model learnt from panels of the same painter as the colour script did, none of those here;
it tells 0.36 of the moods of held-out panels (macro recall), so its rises are small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.files import read_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.imaging.oklab import rgb_to_oklab
from paintreel.learn.data.folders import scan
from paintreel.learn.data.splits import Part, Split, Splits, source_of
from paintreel.learn.experiments.grade.pairs import write_pairs
from paintreel.learn.experiments.grade.raters import RaterAnswers, read_raters
from paintreel.learn.experiments.records import claim_folder, read_json, write_json
from paintreel.metrics.colour_difference import ciede2000
from paintreel.metrics.structure import plane_ssim
from paintreel.pictures.grading import skin_share
from paintreel.pictures.paper import rgb8_on_white
from paintreel.pictures.still_grade import grade_pixels
from paintreel.runtime.classifiers import Classifier
from paintreel.runtime.colour_script import read_colour_script
from paintreel.runtime.emotions import MOODS

__all__ = ["GradeExperiment", "GradeResults", "measures_of", "run_grade"]

_SIDE_PX = 480
_LIKE_SKIN, _WHITE_L, _WHITE_C = 0.6, 80.0, 8.0
_LEAST_SHARE = 0.004
_GRADIENT_SCALE = 25.0
"""Lightness a pixel that counts as a full gradient."""


@dataclass(frozen=True)
class GradeExperiment:
    """splits: what is held out.  part: of them, "test", or "development" to choose on.

    pictures   most of each kind, at random
    intensity  of the grades
    pairs      sheets of the blind trial of each mood and kind
    """

    splits: Splits
    part: Part = "test"
    pictures: int = 40
    intensity: float = 0.7
    pairs: int = 3
    seed: int = 7

    def __post_init__(self) -> None:
        if self.part not in ("test", "development"):
            raise InputError(f"part is {self.part!r}, expected test or development")


@dataclass(frozen=True)
class GradeResults:
    """rows: {kind: {mood: [measures of a picture]}}.  asked: what the experiment was.

    raters: what people or machines who saw the pairs said; None where nobody did
    """

    asked: dict[str, Any]
    rows: dict[str, dict[str, list[dict[str, float]]]]
    raters: RaterAnswers | None = field(default=None)


def run_grade(
    experiment: GradeExperiment,
    *,
    art: Path,
    photos: Path,
    out: Path,
    raters: Path | None = None,
    resume: bool = False,
    say: Callable[[str], None] = print,
) -> GradeResults:
    """Measure what is not measured yet, and write the pairs of the blind trial.

    art, photos  panels and photographs; those of the part alone are read
    out          OUT/rows-KIND.json of each kind, OUT/pairs/ the trial
    raters       answers to it

    Raises DataError for folders without held-out pictures, OutputError and InputError as
    `claim_folder`, UnreadableFile for the answers.
    """
    split = experiment.splits
    chosen = {
        "panels": _chosen(art, "--art", split.panels, experiment, number=1),
        "photographs": _chosen(photos, "--photos", split.photographs, experiment, number=2),
    }
    asked = {
        "part": experiment.part,
        "intensity": experiment.intensity,
        "seed": experiment.seed,
        "pictures": {
            kind: [path.as_posix() for path in paths] for kind, (_, paths) in chosen.items()
        },
        "colour_script": read_colour_script().card.sha256[:12],
    }
    out.mkdir(parents=True, exist_ok=True)
    claim_folder(out, asked, resume=resume)
    rows = {}
    model: Classifier | None = None
    for kind, (root, paths) in chosen.items():
        path = out / f"rows-{kind}.json"
        if not path.exists():
            model = model or Classifier("mood", backend="onnxruntime")
            write_json(path, _measured(root, paths, experiment, model, kind, say))
        rows[kind] = read_json(path)
    pictures = {kind: [root / path for path in paths] for kind, (root, paths) in chosen.items()}
    write_pairs(out / "pairs", pictures, experiment.intensity, experiment.pairs, experiment.seed)
    answers = None if raters is None else read_raters(raters, out / "pairs")
    return GradeResults(asked, rows, answers)


def _chosen(
    root: Path, what: str, split: Split, experiment: GradeExperiment, *, number: int
) -> tuple[Path, list[Path]]:
    """(the folder, paths below it) of held-out pictures: sources take turns."""
    folder = scan(root, what=what)
    globs = split.part(experiment.part)
    held = [
        p
        for p in folder.paths
        if any(fnmatch(p.as_posix(), g) or fnmatch(p.name, g) for g in globs)
    ]
    if not held:
        raise DataError(f"{what} {root} holds none of the {experiment.part} pictures: {globs}")
    rng = np.random.default_rng([experiment.seed, number])
    order = [held[i] for i in rng.permutation(len(held))]
    turns: dict[str, int] = {}
    places: list[tuple[int, int, Path]] = []
    for path in order:
        source = source_of(path)
        turns[source] = turns.get(source, 0) + 1
        places.append((turns[source], len(places), path))
    return root, sorted(path for *_, path in sorted(places)[: experiment.pictures])


def _measured(
    root: Path,
    paths: Sequence[Path],
    experiment: GradeExperiment,
    model: Classifier,
    kind: str,
    say: Callable[[str], None],
) -> dict[str, list[dict[str, float]]]:
    script = read_colour_script().script
    rows: dict[str, list[dict[str, float]]] = {mood: [] for mood in MOODS}
    for done, path in enumerate(paths, start=1):
        pixels = read_small(root / path)
        before = model.classify(pixels, keep_map=False).probabilities
        for mood in MOODS:
            graded, _ = grade_pixels(pixels, script, {mood: 1.0}, experiment.intensity)
            after = model.classify(graded, keep_map=False).probabilities
            steps = {name: after[name] - before[name] for name in MOODS}
            others = [step for name, step in steps.items() if name != mood]
            rows[mood].append(
                {
                    "rise": steps[mood],
                    "others": float(np.mean(others)),
                    "named": float(max(after, key=lambda name: after[name]) == mood),
                    "named_before": float(max(before, key=lambda name: before[name]) == mood),
                    **measures_of(pixels, graded),
                }
            )
        if done % 10 == 0 or done == len(paths):
            say(f"{kind}: {done} of {len(paths)}")
    return rows


def read_small(path: Path) -> Array:
    """(H, W, 3) uint8, at most 480 px a side."""
    pixels = rgb8_on_white(read_picture(path).pixels)
    height, width = pixels.shape[:2]
    return resize(pixels, *fit_max_side(width, height, _SIDE_PX))


def measures_of(before: Array, after: Array) -> dict[str, float]:
    """Structure and drift of a picture (H, W, 3) uint8; drifts of what it hardly has are left out.

    >>> grey = np.full((32, 32, 3), 250, np.uint8)
    >>> found = measures_of(grey, grey)
    >>> found["structure"], found["white"], "skin" in found
    (1.0, 0.0, False)
    """
    lab, lab_after = (rgb_to_lab(x).astype(np.float64) for x in (before, after))
    found = {"structure": plane_ssim(_edges(lab), _edges(lab_after))[0]}
    kept = lab_after.copy()
    kept[..., 0] = lab[..., 0]
    skin = skin_share(rgb_to_oklab(before)) > _LIKE_SKIN
    white = (lab[..., 0] > _WHITE_L) & (np.hypot(lab[..., 1], lab[..., 2]) < _WHITE_C)
    for name, mask in (("skin", skin), ("white", white)):
        if mask.mean() >= _LEAST_SHARE:
            found[name] = float(ciede2000(lab[mask], kept[mask]).mean())
            found[f"{name}_all"] = float(ciede2000(lab[mask], lab_after[mask]).mean())
    return found


def _edges(lab: Array) -> Array:
    light = np.ascontiguousarray(lab[..., 0])
    across, down = (cv2.Sobel(light, -1, dx, 1 - dx) / 8 for dx in (1, 0))
    edges: Array = np.clip(np.hypot(across, down) / _GRADIENT_SCALE, 0, 1)
    return edges
