"""How a run scores: what `score` and `compare` both ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import fspath
from pathlib import Path

from paintreel.metrics.questions import QUESTIONS, parse_question
from paintreel.options import MAX_SEED, DeviceName, Options, option, ray_option

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
        "art that the results should be like: a folder, or statistics of one (.npz); fd, kd and "
        "radial_spectrum_distance measure how far they are from it",
        metavar="ART",
    )
    metrics: str | Sequence[str] | None = option(
        None,
        "measures, or groups of them, with commas (see below); in addition to those of --for",
        metavar="LIST",
    )
    resize: bool = option(False, "resize results to the size of their reference where they differ")
    extractor: str | Path | None = option(
        None,
        "network whose features perceptual, fd and kd compare: dske, efficientnet (no perceptual) "
        "or a file (default: the bundled dske)",
        group="networks",
        metavar="NAME|FILE.onnx",
    )
    detector: str | Path | None = option(
        None,
        "network that finds the elements of scenes: YOLO, Mask R-CNN or Faster R-CNN",
        group="networks",
        metavar="FILE.onnx",
    )
    segmenter: str | Path | None = option(
        None,
        "network that finds the regions of scenes, such as DeepLabv3",
        group="networks",
        metavar="FILE.onnx",
    )
    allow_biased: bool = option(
        False,
        "give fd of fewer pictures than the network has features too, where it comes out too large",
        group="networks",
    )
    device: DeviceName = option(
        "cpu",
        "what the networks run on, of ONNX Runtime's devices; cpu: the same figures everywhere",
        group="networks",
    )
    workers: int | None = option(
        None,
        "files measured at once (default: one a core; 1 from Python)",
        group="run",
        low=1,
        high=64,
        metavar="N",
    )
    max_pixels: int | None = option(
        None,
        "most pixels of a picture or frame (default: 200 million, 67 million of a clip)",
        group="run",
        low=1,
        metavar="N",
    )
    seed: int = option(
        0,
        "of what is drawn at random: intervals, and samples of large sets",
        group="run",
        low=0,
        high=MAX_SEED,
        metavar="N",
    )
    resamples: int = option(
        2000,
        "random draws behind each interval (bootstrap); more are steadier",
        group="run",
        low=1,
        high=1_000_000,
        metavar="N",
    )

    @property
    def extractor_path(self) -> str | None:
        """The network that is used, None where there is none.

        Raises InputError for a name that no bundled features have.
        """
        from paintreel.runtime.catalog import bundled, find_extractor

        if self.extractor is not None:
            return fspath(find_extractor(self.extractor))
        own = bundled("features")
        return str(own) if own.is_file() else None


@dataclass(frozen=True, kw_only=True)
class ScoringCommandOptions(ScoringOptions):
    """What the commands take beside: the reference, and where the figures go."""

    reference: str | None = option(
        None,
        "what the results should look like: picture, clip, folder, or statistics of one (.npz)",
        metavar="REF",
    )
    report: str | None = option(
        None, "write a page with pictures and charts, one file", metavar="FILE.html"
    )
    json: str | None = option(None, "write the figures for programs; - prints them", metavar="FILE")
    ray: str | None = ray_option()
    quiet: bool = option(False, "print failures only", group="run", short="-q")
