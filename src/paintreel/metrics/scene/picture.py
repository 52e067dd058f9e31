"""The picture that all scene measures look at, and the form of their answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha, to_float
from paintreel.imaging.colour import luma, rgb_to_lab
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.metrics.inputs import check_picture
from paintreel.metrics.scene.detection import WORKING_SIDE_PX, Detector, region_boxes
from paintreel.metrics.scene.segmentation import RegionSegmenter, Segmenter


@dataclass(frozen=True, slots=True)
class SceneScore:
    """A scene measure of one picture.

    value   the measure in [0, 1]
    parts   what it was made of, each in [0, 1] unless its name is a count
    source  what found the elements or regions ("regions" for the built-in fallback, else the
            name of the detector or segmenter; "pixels" where none is needed); scores of
            different sources cannot be compared
    """

    value: float
    parts: Mapping[str, float]
    source: str

    def __float__(self) -> float:
        return self.value


class ScenePicture:
    """A picture with what several scene measures need, each worked out once.

    Measures work at a longer side of 256 px (smaller pictures are not enlarged), so that they
    say the same of a picture and of its enlargement. Detectors see the picture as it came.

    picture    (H, W), (H, W, 1) or (H, W, 3); uint8, uint16 or float in [0, 1]
    detector   finds the elements; regions of the segmentation when not given
    segmenter  finds the regions; Mumford-Shah merging when not given

    Its attributes, besides `detector` and `segmenter`:

    full    (H, W, 3) float32 in [0, 1]
    rgb     (h, w, 3) the same at the working size
    source  name of the detector where one was given, else of the segmenter

    Raises InputError for another picture than that, or one with an alpha channel.
    """

    def __init__(
        self,
        picture: Array,
        *,
        detector: Detector | None = None,
        segmenter: Segmenter | None = None,
    ) -> None:
        check_picture(picture)
        self.full = np.ascontiguousarray(to_float(split_alpha(picture)[0]))
        height, width = self.full.shape[:2]
        small = resize(self.full, *fit_max_side(width, height, WORKING_SIDE_PX))
        self.rgb = np.clip(small, 0.0, 1.0)  # averaging whites may round to 1.0000001
        self.detector = detector
        self.segmenter = segmenter if segmenter is not None else RegionSegmenter()
        self.source = (detector if detector is not None else self.segmenter).name

    @property
    def side_px(self) -> int:
        """Longer side of the working picture."""
        height, width = self.rgb.shape[:2]
        return int(max(height, width))

    @cached_property
    def lab(self) -> Array:
        """(h, w, 3) CIELAB of the working picture."""
        return rgb_to_lab(self.rgb)

    @cached_property
    def luma(self) -> Array:
        """(h, w) gamma-coded luma in [0, 1] of the working picture."""
        return np.clip(luma(self.rgb), 0.0, 1.0)

    @cached_property
    def regions(self) -> Array:
        """(h, w) region or class of every pixel of the working picture."""
        return self.segment(self.rgb)

    def segment(self, picture: Array) -> Array:
        """The segmenter's map of `picture`, checked to have one label a pixel."""
        labels = np.asarray(self.segmenter(picture))
        if labels.shape != picture.shape[:2] or labels.dtype.kind not in "iu":
            raise InputError(
                f"segmenter {self.segmenter.name!r} gave {labels.dtype} of shape {labels.shape}, "
                f"expected whole numbers of shape {picture.shape[:2]}"
            )
        return labels

    @cached_property
    def boxes(self) -> Array:
        """(N, 4) left, top, right, bottom of the elements, as shares of width and height."""
        if self.detector is None:
            height, width = self.rgb.shape[:2]
            boxes = region_boxes(self.regions).boxes
        else:
            height, width = self.full.shape[:2]
            boxes = self.detector(self.full).boxes
        shares = np.clip(boxes / (width, height, width, height), 0.0, 1.0)
        inside = (shares[:, 2] > shares[:, 0]) & (shares[:, 3] > shares[:, 1])
        return shares[inside]


def as_scene(
    picture: Array | ScenePicture,
    *,
    detector: Detector | None = None,
    segmenter: Segmenter | None = None,
) -> ScenePicture:
    """`picture` itself where it is a `ScenePicture` already, else one made of it."""
    if not isinstance(picture, ScenePicture):
        return ScenePicture(picture, detector=detector, segmenter=segmenter)
    if detector is not None or segmenter is not None:
        raise InputError(
            "give the detector and segmenter to ScenePicture, which is ready made here"
        )
    return picture
