"""Measures of what a condition paints on the held-out shots.

By shot, over its frames but the key:

    psnr, ssim     against the true painting
    warping        warping error along the motion of the frames
    footage        the same of the frames, which `results` divides by, mean by mean
    fusion_degree  what the map that the head is given tells of both paths
    coupling       how the two paths move together while both are in use

Of all shots: `frechet`, distance of the features to those of the true paintings, and
`frechet_footage`, to those of the frames. `noise`: PSNR in dB that is lost where the parameters of
the gates are disturbed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.fuse.shots import AskedShot, spread
from paintreel.learn.models.fusion import Fused, Fusion
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance
from paintreel.metrics.extractors import FeatureExtractor, feature_vectors
from paintreel.metrics.fidelity import psnr, ssim
from paintreel.metrics.fusion import dynamic_coupling_index, multimodal_fusion_degree
from paintreel.metrics.temporal import warping_error
from paintreel.runtime.catalog import find_extractor
from paintreel.runtime.extractor import OnnxExtractor
from paintreel.runtime.fusion_names import WINDOW_FRAMES

__all__ = [
    "CLAIMED",
    "FOOTAGE",
    "HIGHER",
    "SET_MEASURES",
    "SHOT_MEASURES",
    "FuseScorer",
    "direction_of",
    "disturbed",
]

SHOT_MEASURES = ("psnr", "ssim", "warping", "fusion_degree", "coupling")
CLAIMED = ("psnr", "ssim", "warping")
"""Of shots, what claims are made of; the other two describe, and favour some ablations by what
they are (`report`)."""
FOOTAGE = "footage"
SET_MEASURES = ("frechet", "frechet_footage")
HIGHER = ("psnr", "ssim", "fusion_degree", "coupling")
NOISES = (0.1, 0.3, 1.0)
"""Deviations of the noise on a parameter, over the deviation of the parameter's own values."""

_EVERY, _DRAWS = 2, 2
_FEATURES = "efficientnet"
_NOISY_SHOTS = 8

Paint = Callable[[AskedShot], tuple[Array, Fused | None]]
"""A shot to its frames (T, H, W, 3) uint8, and what a network made on the way."""


def direction_of(measure: str) -> int:
    """1 where more is better, -1 where less is."""
    return 1 if measure in HIGHER else -1


class FuseScorer:
    """Measures conditions on the same shots; truth and frames are looked at once."""

    def __init__(self, shots: Sequence[AskedShot], extractor: FeatureExtractor | None = None):
        self.shots = shots
        if extractor is None and find_extractor(_FEATURES).is_file():
            extractor = OnnxExtractor(find_extractor(_FEATURES), threads=1)
        self._extractor = extractor
        self._domains = {
            "frechet": self._statistics([shot.truth for shot in shots]),
            "frechet_footage": self._statistics([shot.live for shot in shots]),
        }

    def of_network(self, network: Fusion, *, seed: int) -> dict[str, Any]:
        """What is kept of a trained network; seed: of the noise on its gates."""
        network.eval()

        def paint(shot: AskedShot) -> tuple[Array, Fused]:
            return painted(network, shot)

        return self.of(paint) | {"noise": self._noise(network, seed)}

    def of_reference(self, name: str) -> dict[str, Any]:
        """The same of the carried key or of the frame itself."""

        def paint(shot: AskedShot) -> tuple[Array, None]:
            return (shot.live if name == "frame" else shot.carried[..., :3]), None

        return self.of(paint)

    def of(self, paint: Paint) -> dict[str, Any]:
        """`scores` {measure: {shot: value}} and `sets` {measure: value}."""
        scores: dict[str, dict[str, float]] = {}
        answers = []
        for shot in self.shots:
            frames, fused = paint(shot)
            answers.append(frames)
            for measure, value in _shot_scores(shot, frames, fused).items():
                scores.setdefault(measure, {})[shot.name] = _short(value)
        mine = self._statistics(answers)
        sets = {
            name: _short(frechet_distance(mine, theirs, allow_biased=True))
            for name, theirs in self._domains.items()
            if mine is not None and theirs is not None
        }
        return {"scores": scores, "sets": sets}

    def _statistics(self, shots: Sequence[Array]) -> FeatureStatistics | None:
        if self._extractor is None:
            return None
        frames = [np.ascontiguousarray(x) for shot in shots for x in shot[1::_EVERY]]
        rows = np.concatenate(list(feature_vectors(self._extractor, frames)))
        found = FeatureStatistics(rows.shape[1], name=self._extractor.name)
        found.update(rows)
        return found

    def _noise(self, network: Fusion, seed: int) -> dict[str, float]:
        """{noise: mean loss in dB}; {} of a network without gates."""
        if not gate_parameters(network):
            return {}
        shots = spread(self.shots, _NOISY_SHOTS)
        clean = [_psnr(shot, painted(network, shot)[0]) for shot in shots]
        lost: dict[str, float] = {}
        for noise in NOISES:
            values = []
            for draw in range(_DRAWS):
                with disturbed(network, noise, np.random.default_rng([seed, draw])):
                    values += [_psnr(shot, painted(network, shot)[0]) for shot in shots]
            lost[f"{noise:g}"] = _short(float(np.mean(clean) - np.mean(values)))
        return lost


def painted(network: Fusion, shot: AskedShot) -> tuple[Array, Fused]:
    """(frames (T, H, W, 3) uint8, all that was made), in windows of `fuse` without overlap."""
    device = next(network.parameters()).device
    live, carried = (_tensor(x).to(device) for x in (shot.live, shot.carried))
    windows = max(1, len(live) // WINDOW_FRAMES)
    with torch.no_grad():
        fused = network.fuse(live, carried, windows)
    fused = Fused(**{f.name: getattr(fused, f.name).cpu() for f in fields(Fused)})
    picture = fused.picture.permute(0, 2, 3, 1).numpy()
    return (picture * 255 + 0.5).astype(np.uint8), fused


def gate_parameters(network: Fusion) -> list[torch.nn.Parameter]:
    """Of channel attention and of the dynamic weights."""
    names = ("live_gates", "painting_gates", "weights")
    return [p for name, p in network.named_parameters() if name.split(".")[0] in names]


@contextmanager
def disturbed(network: Fusion, noise: float, rng: np.random.Generator) -> Iterator[None]:
    """Normal noise on every gate parameter while the context lasts."""
    kept = [p.detach().clone() for p in gate_parameters(network)]
    with torch.no_grad():
        for p in gate_parameters(network):
            scale = noise * float(p.std()) if p.numel() > 1 else 0.0
            drawn = torch.from_numpy(rng.normal(0, 1, tuple(p.shape)).astype(np.float32))
            p.add_(drawn.to(p.device) * scale)
        try:
            yield
        finally:
            for p, old in zip(gate_parameters(network), kept, strict=True):
                p.copy_(old)


def _shot_scores(shot: AskedShot, frames: Array, fused: Fused | None) -> dict[str, float]:
    others = range(1, len(frames))
    found = {
        "psnr": _psnr(shot, frames),
        "ssim": float(np.mean([ssim(frames[i], shot.truth[i]) for i in others])),
    }
    steady = warping_error(list(frames[1:]), list(shot.live[1:]))
    if steady.source_error is not None and np.isfinite(steady.error):
        found |= {"warping": steady.error, FOOTAGE: steady.source_error}
    if fused is not None:
        joint, painting, live = (
            x[1:].permute(0, 2, 3, 1).flatten(1, 2).numpy()
            for x in (fused.fused, fused.painting, fused.live)
        )
        found["fusion_degree"] = multimodal_fusion_degree(joint, painting, live)
        gates = fused.weights[1:, 0].numpy()
        found["coupling"] = dynamic_coupling_index(painting, live, gates)
    return found


def _psnr(shot: AskedShot, frames: Array) -> float:
    return float(np.mean([psnr(frames[i], shot.truth[i]) for i in range(1, len(frames))]))


def _tensor(x: Array) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2))).float() / 255


def _short(value: float) -> float:
    return float(f"{value:.6g}")
