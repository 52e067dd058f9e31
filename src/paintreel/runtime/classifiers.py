"""What a picture is, by the bundled models `mood`, `medium` and `scene`, without torch.

One graph holds a backbone and a linear head for each model, fed by means and deviations of feature
maps and of colours. It gives

    probabilities  (N, classes of all heads): calibrated, adding up to 1 in each head
    distance       (N, 1): how unlike what the models learnt from a picture is, over the threshold
    maps           (N, classes, h, w): what each place of the picture adds to the score of a class

A map is the gradient of the score times the activation, in closed form for pooled statistics, with
what an average picture adds taken off. Terms of colour alone have no place, so that maps hold what
the feature maps add and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike

import cv2
import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.arrays import Array, check_image, to_float
from paintreel.imaging.geometry import resize
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.backends import BackendName, Precision
from paintreel.runtime.catalog import find_model
from paintreel.runtime.devices import DeviceName
from paintreel.runtime.model import Model

__all__ = [
    "DISTANCE",
    "MAPS",
    "PROBABILITIES",
    "TASK",
    "ClassMap",
    "Classification",
    "Classifier",
    "classifier_input",
]

TASK = "classify"
PROBABILITIES, DISTANCE, MAPS = "probabilities", "distance", "maps"
"""Outputs of the graph."""

SIDE_PX = 288
"""Pictures are shrunk, or enlarged, to about the area of a square of this side."""

MULTIPLE_PX = 32
_MOST_ASPECT = 3.0
"""Longer pictures are squeezed to it: a strip has no room for the last feature maps."""


class ClassMap:
    """Where in a picture the evidence for a class lies; call it for the map.

    The maps of the graph are kept small, in f16, and enlarged when they are asked for.
    """

    def __init__(self, maps: Array, labels: Sequence[str], label: str, shape: tuple[int, int]):
        """maps: (classes, h, w) evidence.  label: the class that is meant unless one is named."""
        self._maps = maps.astype(np.float16)
        self._labels, self._label, self._shape = tuple(labels), label, shape

    def __call__(self, label: str | None = None) -> Array:
        """(H, W) float32 in [0, 1], as large as the picture: 1 where most speaks for the class.

        What speaks against it is 0; so is all where nothing speaks for it. Raises InputError for
        a class that the model does not have.
        """
        label = self._label if label is None else label
        if label not in self._labels:
            raise InputError(f"no class {label!r}; the model has {', '.join(self._labels)}")
        evidence = self._maps[self._labels.index(label)].astype(np.float32)
        most = float(evidence.max())
        height, width = self._shape
        if most <= 0:
            return np.zeros((height, width), np.float32)
        # Enlarged before it is cut off at 0, so that the border is no staircase of the small map.
        size = (width, height)
        large: Array = cv2.resize(evidence / most, size, interpolation=cv2.INTER_LINEAR)
        return large.clip(0, 1)


@dataclass(frozen=True, slots=True)
class Classification:
    """What a model says of a picture.

    label          the likeliest class
    probabilities  class -> calibrated probability, in the order of the model, adding up to 1
    familiar       False where the picture is unlike all that the models learnt from (noise, pages
                   of text, screenshots, plain colours, charts): then `label` is the nearest guess,
                   and whoever shows it says so
    distance       from what they learnt from: above 1 a picture is not familiar
    map            gives the evidence for a class over the picture, see `ClassMap`; None where
                   maps were not kept
    """

    label: str
    probabilities: Mapping[str, float]
    familiar: bool
    distance: float
    map: ClassMap | None = field(default=None, compare=False, repr=False)


class Classifier:
    """One of the models of a classifier file, loaded.

        mood = Classifier("mood")
        found = mood.classify(pixels)
        found.label, found.probabilities["calm"], found.map()

    name       ``"mood"``, ``"medium"``, ``"scene"`` or another model of the catalogue; or the path
               of a file that holds classifiers
    head       which model of the file, where a path is given and it holds several
    backend, device, threads, precision  as for `Model`, which is `model`

    Raises UnknownModel for a name that no classifier has, with the nearest; ModelFileError for a
    file that is no classifier; InputError where `head` is missing or unknown.
    """

    def __init__(
        self,
        name: str | PathLike[str],
        *,
        head: str | None = None,
        backend: BackendName = "auto",
        device: DeviceName = "auto",
        threads: int | None = None,
        precision: Precision = "auto",
    ) -> None:
        file = find_model(name, task=TASK)
        self.heads: Mapping[str, tuple[str, ...]] = file.card.contract.heads
        self.name = self._named(file.head or head, file.path)
        self.card = file.card
        self.model = Model(
            file.path, backend=backend, device=device, threads=threads, precision=precision
        )
        missing = {PROBABILITIES, DISTANCE, MAPS} - set(self.model.outputs)
        if missing or self.model.contract.output != PROBABILITIES:
            raise ModelFileError(
                f"{file.path} gives {', '.join(self.model.outputs)}, expected {PROBABILITIES}, "
                f"{DISTANCE} and {MAPS}; export it again"
            )

    def _named(self, head: str | None, path: PathLike[str]) -> str:
        if head is None and len(self.heads) == 1:
            return next(iter(self.heads))
        if head is None or head not in self.heads:
            asked = "no head" if head is None else f"head {head!r}"
            raise InputError(f"{path} was asked for {asked}; it has {', '.join(self.heads)}")
        return head

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes, in the order of the model."""
        return self.heads[self.name]

    def classify(self, pixels: Array, *, keep_map: bool = True) -> Classification:
        """What the model says of a picture.

        pixels: (H, W, 3) RGB, (H, W, 4) with straight alpha, which is laid on white, or grey;
        uint8, uint16, or floats in [0, 1]; of any size. keep_map: False saves 20 KB a picture.
        Raises InputError for what is no picture.
        """
        return self.classify_all(pixels, keep_maps=keep_map, heads=(self.name,))[self.name]

    def classify_batch(
        self, pictures: Sequence[Array], *, keep_maps: bool = True
    ) -> list[Classification]:
        """As `classify`, one result a picture, in order."""
        return [self.classify(pixels, keep_map=keep_maps) for pixels in pictures]

    def classify_all(
        self, pixels: Array, *, keep_maps: bool = True, heads: Sequence[str] | None = None
    ) -> dict[str, Classification]:
        """{model: what it says} of every model in the file (or of `heads`), in one run."""
        contract = self.model.contract
        tensor = classifier_input(pixels)[None]
        results = self.model.run({contract.input: tensor})
        distance = float(results[DISTANCE][0, 0])
        found = {}
        for head in self.heads if heads is None else heads:
            labels, part = self.heads[head], contract.slice_of(head)
            shares = results[PROBABILITIES][0, part].astype(np.float64)
            shares /= shares.sum()
            label = labels[int(shares.argmax())]
            shape = (pixels.shape[0], pixels.shape[1])
            maps = ClassMap(results[MAPS][0, part], labels, label, shape) if keep_maps else None
            probabilities = dict(zip(labels, shares.tolist(), strict=True))
            found[head] = Classification(label, probabilities, distance <= 1, distance, maps)
        return found


def classifier_input(pixels: Array) -> Array:
    """(3, h, w) float32 in [0, 1] of a picture, as networks of classifiers are shown it.

    Its aspect ratio is kept but for rounding to MULTIPLE_PX, its area is about that of SIDE_PX.
    Training uses this function too. Raises InputError for what is no picture.
    """
    check_image(pixels, name="pixels")
    width_px, height_px = _fitted(pixels.shape[1], pixels.shape[0])
    small = to_float(rgb8_on_white(resize(pixels, width_px, height_px)))
    return np.ascontiguousarray(small.transpose(2, 0, 1))


def _fitted(width_px: int, height_px: int) -> tuple[int, int]:
    """(width, height) in multiples of MULTIPLE_PX.

    >>> _fitted(1920, 1080), _fitted(1, 1), _fitted(5000, 1)
    ((384, 224), (288, 288), (512, 160))
    """
    root = math.sqrt(min(max(width_px / height_px, 1 / _MOST_ASPECT), _MOST_ASPECT))
    sides = (SIDE_PX * root, SIDE_PX / root)
    return tuple(max(1, round(side / MULTIPLE_PX)) * MULTIPLE_PX for side in sides)  # type: ignore[return-value]
