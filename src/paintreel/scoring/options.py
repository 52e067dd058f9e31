"""How a run scores: what `score` and `compare` both ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path

from paintreel.errors import InputError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.stats.summary import RESAMPLES

__all__ = ["BUNDLED_EXTRACTOR", "ScoreOptions"]

BUNDLED_EXTRACTOR = Path(__file__).parents[1] / "weights" / "features" / "extractor.onnx"
"""The network for features that comes with the program, where one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """How a run scores.

    metrics       names and groups of measures (`select_measures`); None for the usual
    resize        bring scored pictures to the size of their reference
    extractor     ONNX file of the network behind perceptual, fd and kd; None: the bundled one
    detector      YOLO ONNX file for the elements of scene measures; None: regions
    allow_biased  Fréchet distances of fewer pictures than the features have dimensions
    gather        keep features and spectra of the scored side in `ScoreRun.gathered`, to be saved
    workers       processes; 1 works in this one. More need a script with a main guard
    max_pixels    larger pictures are refused unread
    seed          of intervals and samples
    resamples     of the bootstrap intervals
    """

    metrics: str | Sequence[str] | None = None
    resize: bool = False
    extractor: str | PathLike[str] | None = None
    detector: str | PathLike[str] | None = None
    allow_biased: bool = False
    gather: bool = False
    workers: int = 1
    max_pixels: int = DEFAULT_MAX_PIXELS
    seed: int = 0
    resamples: int = RESAMPLES

    def __post_init__(self) -> None:
        for name in ("workers", "max_pixels", "resamples"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}, expected at least 1")

    @property
    def extractor_path(self) -> str | None:
        """The network that is used, None where there is none."""
        if self.extractor is not None:
            return fspath(self.extractor)
        return str(BUNDLED_EXTRACTOR) if BUNDLED_EXTRACTOR.is_file() else None
