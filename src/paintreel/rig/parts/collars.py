"""How clothes end at the neck: collars, hoods, scarves, shawls, necklaces."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.body_frame import on_body
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.tones import PaintTones, tones_of

__all__ = ["draw_collar", "draw_hood"]


def _at(cast: Cast, points: list[list[float]], z: float = 0.3) -> Array:
    return on_body(cast, np.asarray(points, float), z)


def draw_hood(cast: Cast) -> None:
    """A hood that lies behind the neck."""
    tones = cast.tones["cloth"]
    n = cast.identity.proportions.neck_width
    hood = loop(_at(cast, [[-n - 0.55, 0.3], [-n - 0.5, -0.25], [-0.3, -0.62], [0.3, -0.62],
                           [n + 0.5, -0.25], [n + 0.55, 0.3], [0.0, 0.5]], -0.4), 50)  # fmt: skip
    cast.easel.form(hood, tones_of(tones.shade), away=(0.0, 0.3), softness=0.2)


def draw_collar(cast: Cast) -> None:
    """The collar, and what is worn round the neck."""
    kind, n = cast.identity.clothes.collar, cast.identity.proportions.neck_width
    easel = cast.easel
    cloth, second, trim = cast.tones["cloth"], cast.tones["second"], cast.tones["trim"]
    fur = cast.identity.clothes.garment == "fur"
    if kind == "shirt":
        notch = _at(
            cast,
            [[-0.9 * n, -0.14], [-0.5 * n, 0.1], [0.0, 0.3], [0.5 * n, 0.1], [0.9 * n, -0.14]],
            0.3,
        )
        easel.fill(notch, cast.tones["skin"].base)
        with easel.inside(notch):
            easel.wash(
                moved(cast.shut_face, 0.04 * -cast.light_side, 0.24),
                cast.tones["skin"].shade,
                0.9,
                0.05,
            )
        for side in (-1, 1):
            flap = _at(cast, [[side * n * 0.92, -0.2], [side * (n + 0.16), 0.0], [side * 0.38, 0.5],
                              [side * 0.02, 0.26], [side * n * 0.7, 0.0]], 0.32)  # fmt: skip
            easel.form(flap, second, 0.95, away=(0.1 * -cast.light_side, 0.06), softness=0.02)
    elif kind in ("round", "vee", "high", "ruff"):
        _draw_band(cast, kind, n, cloth, trim)
    elif kind == "hood" or cast.identity.clothes.garment == "hoodie":
        for side in (-1, 1):
            fold = loop(_at(cast, [[side * (n + 0.02), -0.22], [side * (n + 0.42), 0.0],
                                   [side * 0.34, 0.42], [0.0, 0.4], [side * 0.16, 0.2],
                                   [side * n * 0.9, 0.02]], 0.3), 40)  # fmt: skip
            easel.form(fold, cloth, away=(0.12 * -cast.light_side, 0.1), softness=0.08)
    elif fur:
        ruff = _at(cast, [[-n - 0.1, 0.02], [-0.28, 0.3], [-0.18, 0.24], [-0.1, 0.42], [0.0, 0.32],
                          [0.1, 0.44], [0.18, 0.25], [0.28, 0.31], [n + 0.1, 0.02]],
                          0.25)  # fmt: skip
        easel.ink(along(ruff, 50), cast.tones["skin"], 0.8)
    _draw_worn(cast, n)


def _draw_band(cast: Cast, kind: str, n: float, cloth: PaintTones, trim: PaintTones) -> None:
    easel = cast.easel
    if kind == "ruff":
        for x in np.linspace(-n - 0.28, n + 0.28, 9):
            y = 0.2 - 0.3 * (x / (n + 0.3)) ** 2
            puff = _at(cast, oval([x, y], 0.17, 0.15, 20).tolist(), 0.3)
            easel.form(puff, cast.tones["second"], 0.8, away=(0.05 * -cast.light_side, 0.08))
        return
    tones = trim if kind != "high" else cloth
    if kind == "vee":
        edge = [[-n - 0.02, -0.12], [-0.2, 0.32], [0.0, 0.74], [0.2, 0.32], [n + 0.02, -0.12]]
        thick = 0.13
    elif kind == "high":
        edge = [
            [-n - 0.03, -0.3],
            [-0.5 * n, -0.16],
            [0.0, -0.12],
            [0.5 * n, -0.16],
            [n + 0.03, -0.3],
        ]
        thick = 0.34
    else:
        edge = [
            [-n - 0.05, -0.08],
            [-0.6 * n, 0.14],
            [0.0, 0.24],
            [0.6 * n, 0.14],
            [n + 0.05, -0.08],
        ]
        thick = 0.12
    top = along(_at(cast, edge, 0.28), 30)
    middle = top.mean(axis=0)
    out = moved((top - middle) * [0.16 if kind != "vee" else 0.28, 0.0], 0.0, thick)
    low = top + out
    band = np.vstack([top, low[::-1]])
    if kind == "vee":  # what is seen of a shirt or the skin inside it
        inside = np.vstack([top, _at(cast, [[n, -0.3], [-n, -0.3]], 0.28)])
        easel.fill(inside, cast.tones["skin"].base)
        with easel.inside(inside):
            easel.wash(
                moved(cast.shut_face, 0.05 * -cast.light_side, 0.24),
                cast.tones["skin"].shade,
                0.85,
                0.06,
            )
    easel.fill(band, tones.base)
    with easel.inside(band):
        easel.wash(moved(band, 0.3 * -cast.light_side, 0.1), tones.shade, 0.5, 0.1)
        if kind == "high":
            easel.wash(moved(cast.shut_face, 0.0, 0.2), tones.deep, 0.45, 0.08)
        for i in range(2, 29, 3):
            easel.ink(np.array([top[i], low[i]]), tones, 0.4, ends=(0.3, 0.3))
    easel.contour(band, cloth, 0.95)


def _draw_worn(cast: Cast, n: float) -> None:
    worn = cast.identity.accessories
    easel, accent, second = cast.easel, cast.tones["accent"], cast.tones["second"]
    swing = 0.14 * cast.pose.cloth_swing
    if "shawl" in worn:
        for side in (1, -1):
            s = cast.identity.proportions.shoulders + 0.14
            cloth = _at(cast, [[side * (n + 0.02), -0.14], [side * 0.6 * s, 0.1],
                [side * 0.96 * s, 0.42],
                               [side * 1.06 * s, 1.0], [side * 0.98 * s + swing, 1.36],
                               [side * 0.5, 1.5 + 0.0 * s], [-side * 0.14, 1.14],
                               [side * 0.16, 0.5]], 0.2)  # fmt: skip
            shape = loop(cloth, 60)
            easel.fill(shape, second.base)
            with easel.inside(shape):
                easel.wash(moved(shape, 0.5 * -cast.light_side, 0.2), second.shade, 0.55, 0.3)
                easel.wash(moved(cast.shut_face, 0.0, 0.4), second.deep, 0.5, 0.1)
                for x in (0.3, 0.6, 0.9, 1.2):
                    fold = _at(
                        cast,
                        [[side * (0.3 + 0.3 * x), 0.1], [side * x, 0.7], [side * x * 0.8, 1.3]],
                    )
                    easel.ink(along(fold, 12), second, 0.6, ends=(0.0, 0.4))
            easel.contour(shape, second)
        pin = oval(_at(cast, [[0.0, 0.98]], 0.35)[0], 0.11, 0.11)
        easel.fill(pin, accent.base)
        easel.wash(oval(pin.mean(axis=0) - 0.03, 0.05, 0.04), accent.light, 0.9, 0.02)
        easel.contour(pin, accent, 0.9)
    if "scarf" in worn:
        tail = _at(
            cast, [[0.16, 0.2], [0.52, 0.22], [0.62 + swing, 1.4], [0.3 + 1.2 * swing, 1.46]], 0.35
        )
        easel.form(tail, accent, away=(0.16 * -cast.light_side, 0.0))
        for i in range(4):
            root = tail[3] + (tail[2] - tail[3]) * (0.12 + 0.25 * i)
            easel.ink(along([root, moved(root, 0.3 * swing, 0.14)], 5), accent, 1.0)
        ring = loop(_at(cast, [[-n - 0.26, -0.12], [-n * 0.6, -0.28], [0.0, -0.24],
            [n * 0.6, -0.28],
                               [n + 0.26, -0.12], [n + 0.16, 0.28], [0.0, 0.42],
                               [-n - 0.16, 0.28]], 0.25), 60)  # fmt: skip
        easel.fill(ring, accent.base)
        with easel.inside(ring):
            easel.wash(moved(ring, 0.2 * -cast.light_side, 0.22), accent.shade, 0.65, 0.1)
            easel.wash(moved(cast.shut_face, 0.0, 0.12), accent.deep, 0.5, 0.08)
            for a, b in (
                ((-0.4, -0.1), (0.1, 0.2)),
                ((-0.2, -0.16), (0.4, 0.06)),
                ((-0.5, 0.12), (0.0, 0.34)),
            ):
                easel.ink(
                    along(_at(cast, [list(a), [0.5 * (a[0] + b[0]), b[1]], list(b)]), 10),
                    accent,
                    0.6,
                )
        easel.contour(ring, accent)
    if "necklace" in worn:
        cord = along(
            _at(
                cast,
                [[-n - 0.08, 0.0], [-0.24, 0.5], [0.0, 0.66], [0.24, 0.5], [n + 0.08, 0.0]],
                0.34,
            ),
            30,
        )
        cord = cord + np.stack([swing * np.sin(np.linspace(0, np.pi, 30)), np.zeros(30)], axis=-1)
        easel.ink(cord, cast.tones["trim"], 1.3, ends=(0.8, 0.8))
        gem = loop(cord[15] + np.array([[0.0, -0.05], [0.1, 0.06], [0.0, 0.22], [-0.1, 0.06]]), 24)
        easel.fill(gem, accent.base)
        easel.wash(oval(moved(cord[15], -0.025, 0.05), 0.035, 0.05), accent.light, 0.95, 0.02)
        easel.contour(gem, accent, 0.9)
