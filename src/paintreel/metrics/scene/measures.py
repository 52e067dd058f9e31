"""All scene measures of a picture at once."""

from __future__ import annotations

from collections.abc import Callable

from paintreel.imaging.arrays import Array
from paintreel.metrics.scene.coherence import scene_coherence
from paintreel.metrics.scene.colour_coordination import colour_coordination
from paintreel.metrics.scene.complexity import scene_complexity
from paintreel.metrics.scene.composition import element_distribution
from paintreel.metrics.scene.detection import Detector
from paintreel.metrics.scene.lighting import lighting_effect
from paintreel.metrics.scene.picture import ScenePicture, SceneScore
from paintreel.metrics.scene.richness import scene_richness
from paintreel.metrics.scene.segmentation import Segmenter

SCENE_MEASURES: dict[str, Callable[[ScenePicture], SceneScore]] = {
    "scene_richness": scene_richness,
    "scene_complexity": scene_complexity,
    "element_distribution": element_distribution,
    "scene_coherence": scene_coherence,
    "colour_coordination": colour_coordination,
    "lighting_effect": lighting_effect,
}
"""The scene measures of seed 000 by name, in the order in which the paper defines them."""


def scene_measures(
    picture: Array,
    *,
    detector: Detector | None = None,
    segmenter: Segmenter | None = None,
) -> dict[str, SceneScore]:
    """Every scene measure of a picture, with elements and regions found only once.

    Args:
        picture: (H, W, 3) or grey, uint8, uint16 or float in [0, 1].
        detector: finds the elements (`Detector`); regions of the segmentation when not given.
        segmenter: finds the regions (`Segmenter`); Mumford-Shah merging when not given.

    Returns:
        The scores by the names of `SCENE_MEASURES`, all in [0, 1].

    Raises:
        InputError: not such a picture, or one with an alpha channel.
    """
    scene = ScenePicture(picture, detector=detector, segmenter=segmenter)
    return {name: measure(scene) for name, measure in SCENE_MEASURES.items()}
