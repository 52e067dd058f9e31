"""Keywords of the Python functions, for type checkers and editors.

Made by docs/make_options.py from the options of the verbs; do not change it by hand.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class StylizeKeywords(TypedDict, total=False):
    """Of `paintreel.stylize`, beside style and strength."""

    precision: Literal["auto", "f32", "bf16"]
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    threads: int | None


class ClipKeywords(TypedDict, total=False):
    """Of `paintreel.stylize_video`."""

    codec: str | None
    crf: int | None
    preset: str | None
    pixel_format: str | None
    audio: bool
    overwrite: bool
    max_pixels: int | None


class SceneKeywords(TypedDict, total=False):
    """Of `paintreel.scene`, beside what is painted from."""

    resize: bool
    method: str
    strength: float
    size: tuple[int, int] | None
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    threads: int | None
    max_pixels: int | None
