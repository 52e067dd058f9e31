"""Scene richness: how many elements a scene holds."""

from __future__ import annotations

from paintreel.imaging.arrays import Array
from paintreel.metrics.scene.detection import Detector
from paintreel.metrics.scene.picture import ScenePicture, SceneScore, as_scene

HALF_COUNT = 40
"""Number of elements that scores 0.5: about the median of the shared painted panels."""


def scene_richness(
    picture: Array | ScenePicture, *, detector: Detector | None = None
) -> SceneScore:
    """Number of distinct elements, mapped to [0, 1); higher is richer.

    Liu and Zhao 2025, section 4.2 (text above Figure 8; no equation): "the number of distinct scene
    items was standardized to either 0 or 1", items found by YOLOv5 and refined by hand.

        richness = n / (n + 40)

    with n the detector's boxes, or the regions that cover at least 0.2% of the picture.

    Differences from the paper: it standardises over the scenes compared, which says nothing
    of one picture and changes with the company; a fixed, saturating map does not. Nothing is
    refined by hand.

    Direction: higher is richer. Falls: strong blur, fading, flat colour, heavy under- or
    overexposure (elements drown). Does not fall: noise; hue changes, clutter and shuffled
    pieces add elements, and slight blur may add halos: more is not better. Invariant to flips,
    and to scale where the longer side stays above 256 px. Degenerate: a flat picture is one
    region, 1/41.

    picture   (H, W, 3) or grey, uint8, uint16 or float in [0, 1]; or a `ScenePicture`
    detector  counts its boxes instead of regions

    Returns a SceneScore with parts {"count"}.

    >>> import numpy as np
    >>> float(scene_richness(np.zeros((8, 8, 3), np.uint8))) == 1 / 41
    True
    """
    scene = as_scene(picture, detector=detector)
    count = len(scene.boxes)
    return SceneScore(saturating(count, HALF_COUNT), {"count": float(count)}, scene.source)


def saturating(amount: float, half: float) -> float:
    """amount / (amount + half): 0 at 0, 0.5 at `half`, towards 1 without end."""
    return float(amount / (amount + half))
