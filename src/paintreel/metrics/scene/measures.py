"""All scene measures of a picture at once."""

from __future__ import annotations

from collections.abc import Callable

from paintreel.imaging.arrays import Array
from paintreel.metrics.scene.detection import Detector
from paintreel.metrics.scene.picture import ScenePicture, SceneScore
from paintreel.metrics.scene.segmentation import Segmenter
from paintreel.metrics.table import MEASURES

SCENE_MEASURES: dict[str, Callable[[ScenePicture], SceneScore]] = {
    measure.name: measure.call for measure in MEASURES.values() if measure.takes == "scene"
}
"""The measures of the table that look at the elements and regions of a picture, by name."""


def scene_measures(
    picture: Array,
    *,
    detector: Detector | None = None,
    segmenter: Segmenter | None = None,
) -> dict[str, SceneScore]:
    """Every scene measure of a picture, with elements and regions found only once.

    picture    (H, W, 3) or grey, uint8, uint16 or float in [0, 1]
    detector   finds the elements (`Detector`); regions of the segmentation when not given
    segmenter  finds the regions (`Segmenter`); Mumford-Shah merging when not given

    Returns the scores by the names of `SCENE_MEASURES`, all in [0, 1]. Raises InputError for
    another picture than that, or one with an alpha channel.
    """
    scene = ScenePicture(picture, detector=detector, segmenter=segmenter)
    return {name: measure(scene) for name, measure in SCENE_MEASURES.items()}
