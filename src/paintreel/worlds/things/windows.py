"""Windows of a room: openings cut in its far wall, with frames, bars and curtains."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.worlds.composition import Composition
from paintreel.worlds.things.shell import Shell

__all__ = ["cut_windows"]


def cut_windows(
    scene: Composition, brush: Brush, shell: Shell, view: str
) -> list[tuple[float, float, float, float]]:
    """Openings in the far wall with frames and bars; their boxes."""
    count = {"study": 1, "bedroom": 1, "tavern": 2, "hall": 3}[view]
    wide, tall = shell.x1 - shell.x0, shell.y1 - shell.y0
    size = {1: 0.3, 2: 0.17, 3: 0.15}[count] * wide
    at = {1: (0.5 - 0.2 * scene.lean,), 2: (0.18, 0.82), 3: (0.2, 0.5, 0.8)}[count]
    round_top = view == "hall" or scene.streams.pick("arched", 2) == 1
    wood = scene.tones("stone" if view == "hall" else "wood", 0.1)
    boxes = []
    for k in at:
        x = shell.x0 + k * wide
        y0, y1 = shell.y0 + 0.16 * tall, shell.y0 + (0.8 if view == "hall" else 0.62) * tall
        outline = forms.box(x - size / 2, y0, x + size / 2, y1)
        if round_top:
            arch = forms.ellipses((x, y0 + size / 2), size / 2, size / 2, 24)[0][12:]
            outline = np.vstack(
                [arch, [[x + size / 2, y0 + size / 2], [x + size / 2, y1], [x - size / 2, y1]]]
            )
        centre = np.array([x, (y0 + y1) / 2])
        brush.fill(centre + (outline - centre) * [1.22, 1.12], wood.at(-0.4))
        brush.fill(centre + (outline - centre) * [1.14, 1.07], wood.at(0.35))
        brush.cut(outline)
        bar = 0.028 * size + 0.002
        for j in (0.0,) if count > 1 else (-0.17, 0.17):
            brush.box(x + j * size - bar, y0, x + j * size + bar, y1, wood.at(-0.55))
        for j in np.linspace(0.3, 0.8, 2):
            y = y0 + (y1 - y0) * j
            brush.box(x - size / 2, y - bar, x + size / 2, y + bar, wood.at(-0.55))
        brush.box(x - 0.66 * size, y1, x + 0.66 * size, y1 + 0.022, wood.at(0.6))
        brush.box(x - 0.62 * size, y1 + 0.022, x + 0.62 * size, y1 + 0.03, wood.ink)
        if view in ("bedroom", "study"):
            _curtains(scene, brush, x, y0, y1, size)
        boxes.append((x, y0, y1, size))
    return boxes


def _curtains(
    scene: Composition, brush: Brush, x: float, y0: float, y1: float, size: float
) -> None:
    """Two curtains drawn aside on their rod."""
    cloth = scene.tones("cloth", 0.1)
    rod = forms.box(x - 0.85 * size, y0 - 0.05, x + 0.85 * size, y0 - 0.04)
    for toward in (-1, 1):
        for k in range(4):
            a = x + toward * size * (0.5 + 0.09 * k)
            fold = np.array(
                [
                    [a, y0 - 0.04],
                    [a + toward * 0.1 * size, y0 - 0.04],
                    [a + toward * 0.13 * size, y1 + 0.03],
                    [a + toward * 0.02 * size, y1 + 0.03],
                ]
            )
            brush.fill(fold, cloth.at((0.45, -0.25, 0.2, -0.5)[k]))
    brush.fill(rod, scene.tones("wood", 0.1).ink)
