"""The options of `classify`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paintreel.errors import InputError
from paintreel.options import DeviceName, Options, argument, option, ray_option
from paintreel.options.answers import (
    csv_option,
    json_option,
    max_pixels_option,
    quiet_option,
    threads_option,
)

__all__ = ["DEFAULT_TASK", "ClassifyOptions"]

DEFAULT_TASK = "mood"


@dataclass(frozen=True, kw_only=True)
class ClassifyOptions(Options):
    """What is asked of which files, and where the answers go."""

    EXAMPLE = "paintreel classify forest.png --task mood --explain"
    EPILOG = """\
Each file is answered by a line: its class and the calibrated probabilities, likeliest first; of a
clip the classes over its time, by sampled frames. What is unlike all that the model has learnt
from (noise, text, charts, plain colour) is said to be so, and its nearest class is a guess. With
--explain each picture is written once more with a heat map of what speaks for the class, each clip
with the maps of its sampled frames: into OUT, or beside the input (forest-mood.png).
Exit code: 0 all answered, 1 some failed (each is named, the rest is answered), 2 bad usage, 130
interrupted.
"""

    inputs: tuple[str, ...] = argument("INPUT", "picture, clip, folder or glob", nargs="+")
    task: str = option(
        DEFAULT_TASK,
        "what is asked: the feeling, the medium and style, the place; or a classifier of yours",
        metavar="mood|medium|scene",
        keywords=("classify", "classify_video"),
    )
    model: str | None = option(
        None,
        "another model that answers the task (default: the bundled one)",
        metavar="FILE.onnx",
        is_model=True,
        keywords=("classify", "classify_video"),
    )
    explain: bool = option(
        False, "write the picture with a heat map of what speaks for its class", group="results"
    )
    output: str | None = option(
        None,
        "where --explain writes: a file, or a folder for several",
        short="-o",
        metavar="OUT",
        group="results",
    )
    csv: str | None = csv_option("a row a picture or sampled frame")
    json: str | None = json_option("notes and failures")
    plot: str | None = option(
        None,
        "write a chart: clips over their time, pictures side by side",
        group="results",
        metavar="FILE.png",
    )
    overwrite: bool = option(False, "replace what --explain wrote before", group="results")
    every_s: float | None = option(
        None,
        "seconds between the frames of a clip that are looked at; 0: all "
        "(default: 1, less in clips below 12 s)",
        flag="--every",
        group="clips",
        low=0,
        high=3600,
        metavar="S",
        keywords=("classify_video",),
        affects="clip",
    )
    max_pixels: int | None = max_pixels_option("classify", "classify_video")
    workers: int = option(
        2, "pictures at once", group="run", low=1, high=64, metavar="N", affects="nothing"
    )
    backend: Literal["auto", "onnxruntime", "openvino"] = option(
        "onnxruntime",
        "runtime of the network; openvino gets ready anew for every new shape of pictures",
        group="run",
        keywords=("classify", "classify_video"),
    )
    device: DeviceName = option(
        "auto",
        "what the network runs on; auto: CUDA or DirectML where installed, else cpu; gpu: any",
        group="run",
        affects="nothing",
        keywords=("classify", "classify_video"),
    )
    threads: int | None = threads_option(
        "cores, shared among the workers", "classify", "classify_video"
    )
    ray: str | None = ray_option()
    quiet: bool = quiet_option()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.output is not None and not self.explain:
            raise InputError("-o says where --explain writes; give --explain too, or --csv, --plot")
