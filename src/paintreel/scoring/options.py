"""How a run scores: what `score` and `compare` both ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import fspath
from pathlib import Path

from paintreel.metrics.questions import QUESTIONS, parse_question
from paintreel.options import MAX_SEED, DeviceName, Options, option

__all__ = ["ScoringCommandOptions", "ScoringOptions"]


@dataclass(frozen=True, kw_only=True)
class ScoringOptions(Options):
    """How a run scores, from Python too."""

    question: str | None = option(
        None,
        "what the results are for: picks the measures and the verdict",
        flag="--for",
        metavar="|".join(QUESTIONS),
        parse=parse_question,
    )
    art: str | Path | None = option(
        None,
        "art that the results should be like: a folder, or statistics of a set (.npz); the other "
        "side of fd, kd and radial_spectrum_distance",
        metavar="ART",
    )
    metrics: str | Sequence[str] | None = option(
        None, "names and groups, with commas; beside those of --for", metavar="LIST"
    )
    resize: bool = option(False, "resize pictures to their reference where they differ")
    extractor: str | Path | None = option(
        None,
        "features behind perceptual, fd and kd (default: the bundled dske)",
        group="networks",
        metavar="FILE.onnx",
    )
    detector: str | Path | None = option(
        None,
        "YOLO network that finds the elements of scenes",
        group="networks",
        metavar="FILE.onnx",
    )
    allow_biased: bool = option(
        False, "Fréchet distance of fewer pictures than features", group="networks"
    )
    device: DeviceName = option(
        "cpu",
        "what the networks run on, of ONNX Runtime's devices; cpu: the same figures everywhere",
        group="networks",
    )
    workers: int | None = option(
        None, "processes (default: cores; from Python 1)", group="run", low=1, high=64, metavar="N"
    )
    max_pixels: int | None = option(
        None,
        "largest picture or frame accepted (default: 200 million, 67 million of a clip)",
        group="run",
        low=1,
        metavar="N",
    )
    seed: int = option(
        0, "of intervals and samples", group="run", low=0, high=MAX_SEED, metavar="N"
    )
    resamples: int = option(
        2000, "of the bootstrap intervals", group="run", low=1, high=1_000_000, metavar="N"
    )

    @property
    def extractor_path(self) -> str | None:
        """The network that is used, None where there is none."""
        from paintreel.runtime.catalog import bundled

        if self.extractor is not None:
            return fspath(self.extractor)
        own = bundled("features")
        return str(own) if own.is_file() else None


@dataclass(frozen=True, kw_only=True)
class ScoringCommandOptions(ScoringOptions):
    """What the commands take beside: the reference, and where the figures go."""

    reference: str | None = option(
        None,
        "what it should look like: picture, clip, folder, or statistics of a set (.npz)",
        metavar="REF",
    )
    report: str | None = option(None, "write a self-contained report", metavar="FILE.html")
    json: str | None = option(None, "write the figures; - prints them", metavar="FILE")
    quiet: bool = option(False, "print failures only", group="run", short="-q")
