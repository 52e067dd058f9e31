"""The scene measures of Liu and Zhao 2025 (MFFCN-GAN, section 4.2), normalised to [0, 1].

The paper describes them in prose alone; every docstring gives the formula that stands here,
its weights, its invariances and what it does and does not see. All run without any trained
network; a `Detector` or `Segmenter` of the user's own replaces the built-in regions, and the
result names its source.
"""

from __future__ import annotations

from paintreel.metrics.scene.coherence import scene_coherence
from paintreel.metrics.scene.colour_coordination import colour_coordination
from paintreel.metrics.scene.complexity import scene_complexity
from paintreel.metrics.scene.composition import element_distribution
from paintreel.metrics.scene.detection import Detections, Detector, RegionDetector
from paintreel.metrics.scene.lighting import lighting_effect
from paintreel.metrics.scene.measures import SCENE_MEASURES, scene_measures
from paintreel.metrics.scene.picture import ScenePicture, SceneScore
from paintreel.metrics.scene.richness import scene_richness
from paintreel.metrics.scene.segmentation import RegionSegmenter, Segmenter

__all__ = [
    "SCENE_MEASURES",
    "Detections",
    "Detector",
    "RegionDetector",
    "RegionSegmenter",
    "ScenePicture",
    "SceneScore",
    "Segmenter",
    "colour_coordination",
    "element_distribution",
    "lighting_effect",
    "scene_coherence",
    "scene_complexity",
    "scene_measures",
    "scene_richness",
]
