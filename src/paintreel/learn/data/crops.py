"""Random crops with geometric and photometric augmentation, seeded and resumable."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from paintreel.imaging.arrays import Array


class CropSampler:
    """Draws square crops from pictures that share their geometry (photo and its teacher).

    groups: one tuple of equally sized (H, W, 3) uint8 arrays a picture. A batch is a list of
    (N, 3, S, S) float32 arrays in [0, 1], one for each member of the group. A crop is taken at
    a random scale of 1/`zoom` .. 1, shrunk by area, and mirrored half of the time. All state is
    in `rng`, so that a run can be resumed exactly.
    """

    def __init__(
        self,
        groups: Sequence[tuple[Array, ...]],
        *,
        crop_px: int,
        batch: int,
        rng: np.random.Generator,
        zoom: float = 1.0,
        weights: Array | None = None,
    ) -> None:
        self.groups = groups
        self.crop_px = crop_px
        self.batch = batch
        self.zoom = zoom
        self.rng = rng
        self.weights = None if weights is None else weights / weights.sum()

    def _window(self, height: int, width: int) -> tuple[int, int, int]:
        side = min(int(self.crop_px * self.rng.uniform(1.0, self.zoom) + 0.5), height, width)
        top = int(self.rng.integers(0, height - side + 1))
        left = int(self.rng.integers(0, width - side + 1))
        return side, top, left

    def __call__(self) -> list[Array]:
        chosen = self.rng.choice(len(self.groups), size=self.batch, p=self.weights)
        members = len(self.groups[0])
        size = (self.batch, 3, self.crop_px, self.crop_px)
        out = [np.empty(size, np.float32) for _ in range(members)]
        for row, index in enumerate(chosen):
            group = self.groups[index]
            side, top, left = self._window(*group[0].shape[:2])
            mirror = self.rng.random() < 0.5
            for member in range(members):
                crop = group[member][top : top + side, left : left + side]
                if side != self.crop_px:
                    how = cv2.INTER_AREA if side > self.crop_px else cv2.INTER_CUBIC
                    crop = cv2.resize(crop, (self.crop_px, self.crop_px), interpolation=how)
                if mirror:
                    crop = crop[:, ::-1]
                out[member][row] = crop.transpose(2, 0, 1) * np.float32(1 / 255)
        return out


def square_crop(picture: Array, rng: np.random.Generator, *, crop_px: int) -> Array:
    """A square of (H, W, 3) uint8, `crop_px` a side, mirrored half of the time.

    It is cut at a log-uniform scale: what it shows is between `crop_px` and the short side.
    """
    height, width = picture.shape[:2]
    short = min(height, width)
    least = min(crop_px, short)
    side = min(short, round(np.exp(rng.uniform(np.log(least), np.log(short)))))
    top = int(rng.integers(0, height - side + 1))
    left = int(rng.integers(0, width - side + 1))
    crop = resized(picture[top : top + side, left : left + side], crop_px, crop_px)
    return crop[:, ::-1] if rng.random() < 0.5 else crop


def resized(picture: Array, width_px: int, height_px: int) -> Array:
    """(H, W, 3) uint8 of that size: by area where it shrinks, else cubic."""
    shrinks = picture.shape[0] * picture.shape[1] > width_px * height_px
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(picture, (width_px, height_px), interpolation=how)


def jpeg(x: Array, quality: int) -> Array:
    """Encode and decode (3, H, W) float32 in [0, 1] as JPEG of `quality` 1..100."""
    hwc = np.ascontiguousarray((x.transpose(1, 2, 0) * 255 + 0.5).astype(np.uint8))
    _done, data = cv2.imencode(".jpg", hwc, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert back is not None, "what was just encoded"
    return back.transpose(2, 0, 1).astype(np.float32) / 255


def jitter(batch: Array, rng: np.random.Generator, *, strength: float = 1.0) -> Array:
    """Hue, saturation, brightness, blur and JPEG quality of each crop, at random.

    What is left to tell two sets apart is form. batch: (N, 3, H, W) float32 in [0, 1].
    """
    out = np.empty_like(batch)
    for row, x in enumerate(batch):
        hue = rng.uniform(-np.pi, np.pi) * 0.25 * strength
        saturation = rng.uniform(1 - 0.6 * strength, 1 + 0.6 * strength)
        matrix = hue_saturation_matrix(hue, saturation)
        y = np.tensordot(matrix, x, axes=1)
        y = np.clip(y, 0, 1) ** np.exp(rng.uniform(-0.45, 0.45) * strength)
        y = y * rng.uniform(1 - 0.25 * strength, 1 + 0.15 * strength)
        sigma = rng.uniform(0, 1.1 * strength) if rng.random() < 0.6 else 0.0
        if sigma > 0.15:
            y = cv2.GaussianBlur(y.transpose(1, 2, 0), (0, 0), sigma).transpose(2, 0, 1)
        y = np.clip(y, 0, 1).astype(np.float32)
        out[row] = jpeg(y, int(rng.integers(55, 98)))
    return out


def hue_saturation_matrix(hue_rad: float, saturation: float) -> Array:
    """(3, 3) float32 that turns hue and scales chroma about the YIQ luma axis."""
    to_yiq = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
    c, s = np.cos(hue_rad) * saturation, np.sin(hue_rad) * saturation
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    matrix: Array = (np.linalg.inv(to_yiq) @ turn @ to_yiq).astype(np.float32)
    return matrix
