"""Painted scenes to measure, and the ways in which the tests spoil them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from paintreel.imaging.colour import hsv_to_rgb, rgb_to_hsv

Spoil = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def painted_scene(seed: int, *, width: int = 160, height: int = 112) -> np.ndarray:
    """A landscape of one hue family: sky, sun, hills, trees, a house and two figures."""
    rng = np.random.default_rng(seed)
    sky, earth, accent = [(200.0, 110.0, 20.0), (260.0, 200.0, 40.0), (30.0, 60.0, 210.0)][seed % 3]

    def colour(hue: float, saturation: float, value: float) -> tuple[float, ...]:
        rgb = hsv_to_rgb(np.array([[hue, saturation, value]], np.float32))[0]
        return tuple(float(c) for c in rgb)

    scale = 4  # drawn large and averaged down, as a painting is scanned
    w, h = width * scale, height * scale
    depth = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    top, low = np.float32(colour(sky, 0.6, 0.55)), np.float32(colour(sky, 0.25, 0.95))
    x = np.ascontiguousarray(np.broadcast_to(top * (1 - depth) + low * depth, (h, w, 3)))
    cv2.circle(x, (int(w * 0.3), int(h * 0.28)), h // 12, colour(accent, 0.4, 1.0), -1)
    for layer, value in enumerate((0.65, 0.5, 0.38)):
        base = h * (0.5 + 0.14 * layer)
        phase = rng.uniform(0, 6, 3)
        across = np.arange(0, w + 8, 8)
        ridge = base + h * 0.05 * sum(
            np.sin(across / w * k * 6 + p) / k for k, p in zip((1, 2, 4), phase, strict=True)
        )
        outline = np.concatenate([np.stack([across, ridge], 1), [[w, h], [0, h]]])
        cv2.fillPoly(x, [np.rint(outline).astype(np.int32)], colour(earth, 0.55, value))
        for _ in range(6):
            foot = (int(rng.uniform(0, w)), int(base + h * rng.uniform(0.02, 0.12)))
            tall = int(h * rng.uniform(0.06, 0.12))
            shape = [(foot[0] - tall // 3, foot[1]), (foot[0] + tall // 3, foot[1])]
            shape.append((foot[0], foot[1] - tall))
            dark = colour(earth + rng.uniform(-15, 15), 0.7, value * rng.uniform(0.5, 0.7))
            cv2.fillPoly(x, [np.int32(shape)], dark)
    corner = (int(w * 0.62), int(h * 0.58))
    cv2.rectangle(
        x, corner, (corner[0] + w // 10, corner[1] + h // 8), colour(accent, 0.3, 0.9), -1
    )
    roof = [corner, (corner[0] + w // 10, corner[1]), (corner[0] + w // 20, corner[1] - h // 10)]
    cv2.fillPoly(x, [np.int32(roof)], colour(accent, 0.8, 0.6))
    for place in (0.33, 0.38):
        cv2.ellipse(x, (int(w * place), int(h * 0.7)), (w // 60, h // 16), 0, 0, 360,
                    colour(accent, 0.9, 0.9), -1)  # fmt: skip
        cv2.circle(x, (int(w * place), int(h * 0.61)), h // 40, colour(accent, 0.3, 1.0), -1)
    x = cv2.resize(x, (width, height), interpolation=cv2.INTER_AREA)
    grain = cv2.GaussianBlur(rng.normal(0, 0.08, (height, width, 1)), (0, 0), 1.0)
    return np.clip(x + grain[..., None], 0, 1).astype(np.float32)


def noise(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    return np.clip(x + rng.normal(0, 0.15 * strength, x.shape), 0, 1)


def blur(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    return cv2.GaussianBlur(x, (0, 0), 0.04 * strength * max(x.shape))


def fade(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Towards one flat colour, all the way at 1."""
    return x + strength * (x.mean((0, 1)) - x)


def clutter(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Blots of random size and colour all over."""
    x, (height, width) = x.copy(), x.shape[:2]
    for _ in range(round(120 * strength)):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        axes = tuple(int(a) for a in max(x.shape) * rng.uniform(0.015, 0.05, 2))
        cv2.ellipse(x, centre, axes, rng.uniform(0, 180), 0, 360, rng.random(3).tolist(), -1)
    return x


def scramble_hues(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Turn the hues of each of 8 x 8 pieces by another random angle."""
    turn = rng.uniform(-180, 180, (8, 8)).astype(np.float32)
    hsv = rgb_to_hsv(x)
    pieces = cv2.resize(turn, x.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    hsv[..., 0] = (hsv[..., 0] + strength * pieces) % 360
    return hsv_to_rgb(hsv)


def overexpose(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    return np.clip(x * (1 + 2 * strength), 0, 1)


def underexpose(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    return x * (1 - 0.9 * strength)


def shuffle(x: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Exchange a share of 8 x 8 pieces among each other."""
    height, width = (side // 8 for side in x.shape[:2])
    pieces = x[: 8 * height, : 8 * width].reshape(8, height, 8, width, 3).swapaxes(1, 2)
    pieces = pieces.reshape(64, height, width, 3).copy()
    moved = rng.permutation(64)[: round(64 * strength)]
    pieces[moved] = pieces[np.roll(moved, 1)]
    return pieces.reshape(8, 8, height, width, 3).swapaxes(1, 2).reshape(8 * height, 8 * width, 3)


@pytest.fixture(scope="session")
def spoils() -> dict[str, Spoil]:
    """Name to a function of picture, strength in (0, 1] and generator."""
    functions = (noise, blur, fade, clutter, scramble_hues, overexpose, underexpose, shuffle)
    return {function.__name__: function for function in functions}


@pytest.fixture(scope="session")
def paintings() -> list[np.ndarray]:
    """Two synthetic scenes, (112, 160, 3) float32 in [0, 1]."""
    return [painted_scene(seed) for seed in range(2)]


@pytest.fixture(scope="session")
def painting(paintings: list[np.ndarray]) -> np.ndarray:
    return paintings[0]


@pytest.fixture(scope="session")
def panels(shared_data) -> list[np.ndarray]:
    """Two panels of the comic, longer side 160 px; float32 in [0, 1]."""
    from paintreel.imaging.files import read_picture
    from paintreel.imaging.geometry import fit_max_side, resize

    names = ("E08P02_3", "E17P04_1")
    pictures = []
    for name in names:
        pixels = read_picture(shared_data / "art" / f"{name}.webp").pixels
        x = pixels[..., :3].astype(np.float32) / 255
        pictures.append(resize(x, *fit_max_side(x.shape[1], x.shape[0], 160)).clip(0, 1))
    return pictures
