"""Smoothing by L0 gradient minimisation (Xu, Lu, Xu and Jia 2011), the teacher of AnimeGANv3."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["l0_smoothed"]

_GROWTH, _LARGEST = 2.0, 1e5


def l0_smoothed(picture: Array, *, strength: float = 0.005) -> Array:
    """(H, W, C) float in [0, 1] with as few steps of colour as its likeness allows, float32.

    strength: what a step costs, lambda of the paper; 0 leaves the picture as it is. Half-quadratic
    splitting, as there: steps that are dearer than what they explain are set to 0, and the picture
    is solved for by Fourier transform; borders go round.
    """
    if strength <= 0:
        return picture.astype(np.float32)
    x = picture.astype(np.float64)
    height, width = x.shape[:2]
    down = np.abs(1 - np.exp(-2j * np.pi * np.fft.fftfreq(height))) ** 2
    across = np.abs(1 - np.exp(-2j * np.pi * np.fft.rfftfreq(width))) ** 2
    steps_of = (down[:, None] + across[None])[..., None]
    given = np.fft.rfft2(x, axes=(0, 1))
    beta = 2 * strength
    while beta < _LARGEST:
        dx, dy = np.roll(x, -1, axis=1) - x, np.roll(x, -1, axis=0) - x
        small = (dx**2 + dy**2).sum(axis=2, keepdims=True) < strength / beta
        dx, dy = np.where(small, 0, dx), np.where(small, 0, dy)
        back = np.roll(dx, 1, axis=1) - dx + np.roll(dy, 1, axis=0) - dy
        solved = (given + beta * np.fft.rfft2(back, axes=(0, 1))) / (1 + beta * steps_of)
        x = np.fft.irfft2(solved, s=(height, width), axes=(0, 1))
        beta *= _GROWTH
    smooth: Array = np.clip(x, 0, 1).astype(np.float32)
    return smooth
