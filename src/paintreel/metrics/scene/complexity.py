"""Scene complexity: objects, texture and colours together."""

from __future__ import annotations

import math

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_hsv
from paintreel.metrics.scene.detection import Detector
from paintreel.metrics.scene.picture import ScenePicture, SceneScore, as_scene
from paintreel.metrics.scene.richness import HALF_COUNT, saturating
from paintreel.metrics.scene.segmentation import noise_variance

WEIGHTS = {"objects": 0.4, "texture": 0.4, "colour_entropy": 0.2}
"""The paper: "empirically set weights emphasizing object density and texture diversity"."""
HALF_DEVIATION = 0.04
"""Mean local standard deviation of luma that scores 0.5: about the median of the panels."""
_WINDOW_PX = 7
_HUES, _SATURATIONS, _VALUES = 12, 3, 4
_GREY_SATURATION = 0.1


def scene_complexity(
    picture: Array | ScenePicture, *, detector: Detector | None = None
) -> SceneScore:
    """Weighted sum of object count, texture and colour entropy, in [0, 1).

    Liu and Zhao 2025, section 4.2 (text above Figure 10; no equation): objects by Mask R-CNN, local
    standard deviation of intensity, entropy of the HSV colours, weighted.

        complexity = 0.4 n / (n + 40)  +  0.4 s / (s + 0.04)  +  0.2 H / log B

    n: elements, see `scene_richness`. s: mean over the picture of the standard deviation of
    luma in 7x7 windows, less the variance of the noise. H: entropy of the joint histogram of 12
    hues x 3 saturations x 4 values, and 4 greys (saturation below 0.1, where hue is chance);
    B = 148.

    Differences from the paper: the weights are ours, it names none; noise is estimated and taken
    off, so that it does not pass for texture, though strong noise still adds some.

    Direction: higher is more complex; more is not better. Falls: blur, flat colour, fewer
    colours. Does not fall: noise, clutter. Invariant to flips, and to scale above 256 px.
    Degenerate: a flat picture has texture 0 and entropy 0.

    picture   (H, W, 3) or grey, uint8, uint16 or float in [0, 1]; or a `ScenePicture`
    detector  counts its boxes instead of regions

    Returns a SceneScore with parts {"objects", "texture", "colour_entropy"}.
    """
    scene = as_scene(picture, detector=detector)
    parts = {
        "objects": saturating(len(scene.boxes), HALF_COUNT),
        "texture": saturating(_mean_local_deviation(scene.luma), HALF_DEVIATION),
        "colour_entropy": _colour_entropy(scene.rgb),
    }
    value = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    return SceneScore(value, parts, scene.source)


def _mean_local_deviation(luma: Array) -> float:
    values = luma.astype(np.float64)
    window = (_WINDOW_PX, _WINDOW_PX)
    mean = cv2.blur(values, window, borderType=cv2.BORDER_REFLECT_101)
    square = cv2.blur(values * values, window, borderType=cv2.BORDER_REFLECT_101)
    variance = square - mean * mean - noise_variance(luma[..., None])
    return float(np.sqrt(np.maximum(variance, 0.0)).mean())


def _colour_entropy(rgb: Array) -> float:
    """Entropy of the HSV histogram over its greatest possible value, in [0, 1]."""
    hue, saturation, value = rgb_to_hsv(rgb).reshape(-1, 3).T
    value_bin = np.minimum(value * _VALUES, _VALUES - 1).astype(np.int64)
    hue_bin = (hue * (_HUES / 360.0)).astype(np.int64) % _HUES
    share = (saturation - _GREY_SATURATION) / (1.0 - _GREY_SATURATION)
    saturation_bin = np.minimum(share * _SATURATIONS, _SATURATIONS - 1).astype(np.int64)
    coloured = (hue_bin * _SATURATIONS + saturation_bin) * _VALUES + value_bin + _VALUES
    bins = np.where(saturation < _GREY_SATURATION, value_bin, coloured)
    return entropy(np.bincount(bins)) / math.log(_VALUES * (_HUES * _SATURATIONS + 1))


def entropy(weights: Array) -> float:
    """Shannon entropy in nats of weights >= 0, which need not add up to 1.

    >>> round(entropy(np.array([1, 1, 0])), 6)
    0.693147
    """
    weights = np.asarray(weights, dtype=np.float64)
    shares = weights[weights > 0] / weights.sum()
    return max(0.0, float(-(shares * np.log(shares)).sum()))
