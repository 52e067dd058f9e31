"""What else one would do than `fuse`, and how near each comes, for `benchmarks/fuse.py`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import torch
from adain import Adain, Decoder
from fuse_shots import Shot

import paintreel
from paintreel.imaging.arrays import Array
from paintreel.learn.models.bundled_backbone import load_bundled_backbone
from paintreel.media.carrying import KeyFollower, PaintedKey, carried_planes
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.generated import GeneratedFrames
from paintreel.media.motion import sketch
from paintreel.media.reader import read_frames
from paintreel.media.video import write_video
from paintreel.metrics import psnr, ssim
from paintreel.metrics.perceptual import perceptual_distance
from paintreel.metrics.temporal import warping_error
from paintreel.stylize import Style

LOSSLESS = EncodingSettings(codec="ffv1")
RATE = Fraction(24)
ADAPTED, PLAIN, CARRIED, COLOURS, ADAIN, STYLIZER, FRAME, TRUTH = (
    "adapted",
    "not adapted",
    "carried key frame",
    "colour statistics",
    "AdaIN",
    "plain stylizer",
    "the frame itself",
    "the truth",
)
STYLES = ("hereva", "cel", "ink", "watercolour")
MEASURES = ("psnr", "ssim", "perceptual_efficientnet", "warping")
EVERY = 4
"""Frames from one to the next whose perceptual distance is taken."""


class Features:
    """A `FeatureExtractor`: maps of the bundled EfficientNet-Lite0 at 1/2 to 1/32."""

    name, size_px = "efficientnet", None

    def __init__(self) -> None:
        self._network = load_bundled_backbone()

    @torch.no_grad()
    def maps(self, pictures: Array) -> list[Array]:
        """As `FeatureExtractor.maps`."""
        return [x.numpy() for x in self._network.maps(torch.from_numpy(pictures))]


@dataclass(frozen=True)
class Ways:
    """Answers of every way. steps: of the learning; decoder: of AdaIN; features: to choose by."""

    steps: int
    decoder: Decoder
    features: Features

    def answers(self, shot: Shot) -> dict[str, list[Array]]:
        """{way: painted frames}; the key is the middle frame."""
        middle = len(shot.live) // 2
        key = PaintedKey(shot.live[middle], shot.truth[middle], float(middle / RATE))
        found: dict[str, list[Array]] = {}
        with tempfile.TemporaryDirectory() as folder:
            for name, more in (
                (ADAPTED, {"adapt_steps": self.steps}),
                (PLAIN, {"adapt": False}),
            ):
                found[name] = fused(shot.live, key, Path(folder), **more)
        found[CARRIED] = carried(shot.live, key)
        style = Style(self._nearest_style(shot, key))
        painters = {
            COLOURS: colour_statistics(key),
            ADAIN: Adain(self.decoder, key.paint),
            STYLIZER: style,
        }
        for name, paint in painters.items():
            found[name] = [paint(frame) for frame in shot.live]
        return found | {FRAME: shot.live, TRUTH: shot.truth}

    def _nearest_style(self, shot: Shot, key: PaintedKey) -> str:
        """Of the bundled styles but the truth's own the one that paints the key frame nearest."""
        others = [name for name in STYLES if name != shot.manner]
        return min(
            others,
            key=lambda n: perceptual_distance(Style(n)(key.live), key.paint, self.features),
        )

    def scores(self, shot: Shot, found: dict[str, list[Array]]) -> dict[str, dict[str, float]]:
        """{way: {measure: value}}, means over the frames but the key."""
        others = [i for i in range(len(shot.live)) if i != len(shot.live) // 2]
        rows = {}
        for way, got in found.items():
            error = warping_error(got, shot.live)
            row = {"warping": error.error, "of_clip": error.source_error}
            if way != TRUTH:
                row |= {
                    "psnr": np.mean([psnr(got[i], shot.truth[i]) for i in others]),
                    "ssim": np.mean([ssim(got[i], shot.truth[i]) for i in others]),
                    "perceptual_efficientnet": np.mean(
                        [
                            perceptual_distance(got[i], shot.truth[i], self.features)
                            for i in others[::EVERY]
                        ]
                    ),
                }
            rows[way] = {name: float(f"{value:.6g}") for name, value in row.items()}
        return rows


def fused(live: Sequence[Array], key: PaintedKey, folder: Path, **more: object) -> list[Array]:
    """Frames as `paintreel fuse` paints them: through files, as a user has it."""
    clip, out = folder / "clip.mkv", folder / "out.mkv"
    height, width = live[0].shape[:2]
    source = GeneratedFrames(iter(live), size_px=(width, height), rate=RATE, count=len(live))
    write_video(source, clip, encoding=LOSSLESS, overwrite=True)
    paintreel.fuse(
        key.paint, clip, out, key_frames=key.time_s, codec="ffv1", overwrite=True, threads=1, **more
    )
    with read_frames(out) as frames:
        return [frame.pixels.copy() for frame in frames]


def carried(live: Sequence[Array], key: PaintedKey) -> list[Array]:
    """The key's paint carried along the motion, followed away from the key both ways."""
    middle = len(live) // 2
    found: dict[int, Array] = {}
    for order in (range(middle, len(live)), range(middle, -1, -1)):
        follow = KeyFollower(key.small)
        for i in order:
            found[i] = carried_planes([key], [follow(sketch(live[i]))])[..., :3]
    return [found[i] for i in range(len(live))]


def colour_statistics(key: PaintedKey) -> Callable[[Array], Array]:
    """Mean and deviation of each channel of Lab moved as they are from frame to painting."""
    (mean, deviation), (new_mean, new_deviation) = (
        (x.mean(axis=(0, 1)), x.std(axis=(0, 1)) + 1e-3)
        for x in (
            cv2.cvtColor(p, cv2.COLOR_RGB2LAB).astype(np.float32) for p in (key.live, key.paint)
        )
    )

    def painted(frame: Array) -> Array:
        lab = cv2.cvtColor(frame, cv2.COLOR_RGB2LAB).astype(np.float32)
        lab = (lab - mean) / deviation * new_deviation + new_mean
        return cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)

    return painted
