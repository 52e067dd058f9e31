"""Measure a bundled model on the small fixed set, and hold the card against it.

    python -m paintreel.learn.release.check                  # every model: is its card true?
    python -m paintreel.learn.release.check hereva --write   # measure anew, into the card

Export again means measure again: the check measures of a card belong to the file whose hash it
holds, and a test takes them again. The set (`recipes/check`: 8 photographs, 8 panels of the test
part, of at most 448 px) is far too small for claims; it is there to notice another file. Everything
runs on ONNX Runtime in float32, without torch.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from paintreel.colorize.network import ColourNetwork
from paintreel.errors import InputError
from paintreel.faces.finder import FaceFinder
from paintreel.fuse.network import FusionNetwork
from paintreel.grade.grader import Grader
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.release.judge import PictureJudge
from paintreel.learn.trainers.style_measures import medians, style_measures
from paintreel.lineart.drawer import LineDrawer, LineLook
from paintreel.metrics.extractors import to_batch
from paintreel.metrics.fidelity import psnr, ssim
from paintreel.metrics.line_match import match_lines
from paintreel.pictures.paper import rgb8_on_white
from paintreel.roughs.drawing_planes import palette_of
from paintreel.roughs.flow_lines import draw_flow_lines
from paintreel.roughs.rough import make_rough
from paintreel.runtime.card import CARD_NAME
from paintreel.runtime.catalog import ModelFile, find_model, list_models
from paintreel.runtime.classifiers import Classifier
from paintreel.runtime.emotion_features import FACE_PX
from paintreel.runtime.emotion_models import EmotionModel
from paintreel.runtime.extractor import OnnxExtractor
from paintreel.scenes.methods import open_method
from paintreel.stylize.style import Style

SET = Path("recipes/check")
KEY = "check"
"""Of the card's training table."""
TOLERANCE = 2e-3
"""Largest difference, relative or absolute, between a card and a measure taken again."""
CROP_PX = 192


@dataclasses.dataclass(frozen=True)
class CheckSet:
    """photographs, panels: (H, W, 3) uint8 each, by name."""

    photographs: Mapping[str, Array]
    panels: Mapping[str, Array]


@cache
def read_set(folder: Path) -> CheckSet:
    """The pictures of the set. Raises InputError where there are none."""
    parts = {
        name: {
            path.name: rgb8_on_white(read_picture(path).pixels)
            for path in sorted((folder / name).glob("*.webp"))
        }
        for name in ("photographs", "panels")
    }
    if not all(parts.values()):
        raise InputError(f"{folder} holds no check set; run this from a checkout, or give --set")
    return CheckSet(**parts)


def check_measures(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """{measure: value} of a model, by its task. Raises InputError for a task without measures."""
    task = model.card.contract.task
    if task not in _MEASURES:
        raise InputError(f"{model.name} is a model for '{task}', which has no check measures")
    return {name: float(f"{x:.6g}") for name, x in _MEASURES[task](model, pictures).items()}


def _style(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Medians of the measures of a style over the painted photographs."""
    style = Style(
        model.path, backend="onnxruntime", device="cpu", precision="f32", fine_faces=False
    )
    photographs = pictures.photographs.values()
    return medians(style_measures(style.paint(each), each) for each in photographs)


def _scene(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Means over the middles of the panels, finished from their standard roughs."""
    method = open_method(model.path, backend="onnxruntime", device="cpu")
    rows = []
    for panel in pictures.panels.values():
        truth = _middle(panel)
        painted = method.finish(make_rough(truth), None)
        rows.append((psnr(painted, truth), ssim(painted, truth)))
    values = np.mean(rows, axis=0)
    return {"psnr": values[0], "ssim": values[1]}


def _judge(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean probability of painted form of either kind."""
    judge = PictureJudge(model.path)
    parts = {"panels": pictures.panels, "photographs": pictures.photographs}
    return {name: judge.crops(list(part.values()))[0].mean() for name, part in parts.items()}


def _features(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean length of the vectors, and the distance of the two kinds' means in that length."""
    extractor = OnnxExtractor(model.path)
    means, lengths = [], []
    for part in (pictures.photographs, pictures.panels):
        squares = [_middle(picture) for picture in part.values()]
        vectors = extractor.vectors(
            to_batch(squares, size_px=extractor.size_px or (CROP_PX, CROP_PX))
        )
        means.append(vectors.mean(axis=0))
        lengths.append(np.linalg.norm(vectors, axis=1).mean())
    length = float(np.mean(lengths))
    return {"length": length, "apart": float(np.linalg.norm(means[0] - means[1])) / length}


def _classify(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean probabilities of every class over all pictures, and the mean distance."""
    head = next(iter(model.card.contract.heads))
    classifier = Classifier(model.path, head=head, backend="onnxruntime", precision="f32")
    found = [
        classifier.classify_all(picture, keep_maps=False)
        for part in (pictures.photographs, pictures.panels)
        for picture in part.values()
    ]
    measures = {
        f"{head}_{label}": float(np.mean([each[head].probabilities[label] for each in found]))
        for head, labels in model.card.contract.heads.items()
        for label in labels
    }
    distance = np.mean([next(iter(each.values())).distance for each in found])
    return measures | {"distance": float(distance)}


def _lineart(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean coverage of ink over both kinds, and F1 at 2 px against the lines of the rule."""
    drawer = LineDrawer(model.path, backend="onnxruntime", device="cpu")
    measures, matches = {}, []
    for name in ("photographs", "panels"):
        covered = []
        for picture in getattr(pictures, name).values():
            middle = _middle(picture)
            lines = drawer.draw(middle, LineLook(gap_px=0)).coverage
            covered.append(lines.mean() / 255)
            matches.append(match_lines(lines, draw_flow_lines(middle)).f1)
        measures[f"ink_{name}"] = float(np.mean(covered))
    return measures | {"f1_rule": float(np.mean(matches))}


def _colorize(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean image loss of the middles of panels, of lines by the rule, with and without palette."""
    network = ColourNetwork(model.path, backend="onnxruntime", device="cpu")
    losses: dict[str, list[float]] = {"loss_none": [], "loss_palette": []}
    for picture in pictures.panels.values():
        middle = _middle(picture)
        lines = draw_flow_lines(middle, 0.2, 0.7)
        for name, palette in (("loss_none", None), ("loss_palette", palette_of(middle))):
            painted = network.paint(lines, palette=palette)
            losses[name].append(float(np.abs(painted.astype(np.float32) - middle).mean() / 255))
    return {name: float(np.mean(values)) for name, values in losses.items()}


def _faces(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Faces found in all pictures, and the mean confidence of each."""
    finder = FaceFinder(least_px=32)
    found = [f for part in (pictures.photographs, pictures.panels) for x in part.values()
             for f in finder(x)]  # fmt: skip
    confidence = np.mean([face.confidence for face in found]) if found else 0.0
    return {"faces": float(len(found)), "confidence": float(confidence)}


def _emotion(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean probabilities of every emotion over middles of the panels, taken for faces."""
    seeing = EmotionModel(model.path)
    crops = [cv2.resize(_middle(x), (FACE_PX, FACE_PX)) for x in pictures.panels.values()]
    seen = seeing.of_faces(crops)
    names = sorted({name for shares in seen for name in shares})
    return {n: float(np.mean([shares.get(n, 0.0) for shares in seen])) for n in names}


def _grade(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean red, green and blue, of 1, of the photographs in two moods."""
    values: dict[str, float] = {}
    for mood in ("sadness", "anger"):
        grader = Grader(mood, script=model.path)
        means = [grader.grade(x).mean(axis=(0, 1)) for x in pictures.photographs.values()]
        values |= {
            f"{mood}_{c}": v for c, v in zip("rgb", np.mean(means, axis=0) / 255, strict=True)
        }
    return values


def _fuse(model: ModelFile, pictures: CheckSet) -> dict[str, float]:
    """Mean red, green and blue, of 1, of the photographs, of which the left half was painted."""
    network = FusionNetwork(model.path, backend="onnxruntime", device="cpu")
    means = []
    for picture in map(_middle, pictures.photographs.values()):
        painting = np.ascontiguousarray(picture[..., ::-1])
        known = np.zeros((*picture.shape[:2], 1), np.uint8)
        known[:, : picture.shape[1] // 2] = 255
        planes = np.concatenate([np.where(known > 0, painting, 0), known], axis=2)
        means.append(network.paint([picture], [planes])[0].mean(axis=(0, 1)))
    return dict(zip("rgb", (float(x) for x in np.mean(means, axis=0) / 255), strict=True))


_MEASURES: Mapping[str, Callable[[ModelFile, CheckSet], dict[str, float]]] = {
    "stylize": _style,
    "scene": _scene,
    "judge": _judge,
    "features": _features,
    "classify": _classify,
    "lineart": _lineart,
    "colorize": _colorize,
    "faces": _faces,
    "emotion": _emotion,
    "grade": _grade,
    "fuse": _fuse,
}
"""Task -> its check measures."""


def _middle(picture: Array) -> Array:
    """The middle square of CROP_PX, or as much of it as there is."""
    top, left = (max(0, (side - CROP_PX) // 2) for side in picture.shape[:2])
    return np.ascontiguousarray(picture[top : top + CROP_PX, left : left + CROP_PX])


def differences(card: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """What of a card's check measures is not what is measured now, one text a measure."""
    texts = [f"{name} is not on the card" for name in now.keys() - card.keys()]
    for name in sorted(card.keys() & now.keys()):
        if abs(card[name] - now[name]) > TOLERANCE * max(1.0, abs(card[name])):
            texts.append(f"{name} is {now[name]:g}, the card says {card[name]:g}")
    return texts + [f"{name} is measured no more" for name in card.keys() - now.keys()]


def write_measures(model: ModelFile, measures: Mapping[str, float]) -> None:
    """Put check measures into the card beside a model, for the file that is there."""
    training = {**model.card.training, KEY: dict(measures)}
    model.card.verify(model.path)
    dataclasses.replace(model.card, training=training).save(model.path.with_name(CARD_NAME))


def main(argv: Sequence[str] | None = None) -> int:
    """Check or write. Returns 1 where a card is not true."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="NAME", help="default: all")
    parser.add_argument("--set", type=Path, default=SET, metavar="DIR", help=f"default: {SET}")
    parser.add_argument("--write", action="store_true", help="put the measures into the cards")
    args = parser.parse_args(argv)
    pictures, code = read_set(args.set), 0
    models = [find_model(name) for name in args.models] or list_models(task=None)
    for model in models:
        measures = check_measures(model, pictures)
        shown = "  ".join(f"{name} {value:g}" for name, value in measures.items())
        print(f"{model.name}: {shown}")
        if args.write:
            write_measures(model, measures)
        elif wrong := differences(model.card.training.get(KEY, {}), measures):
            print(*(f"  {text}" for text in wrong), sep="\n", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
