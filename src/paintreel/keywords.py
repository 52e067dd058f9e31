"""Keywords of the Python functions, for type checkers and editors.

Made by docs/make_options.py from the options of the verbs; do not change it by hand.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class StylizeKeywords(TypedDict, total=False):
    """Of `paintreel.stylize`, beside style and strength."""

    brush: Literal["auto"] | float
    own_colour: float
    fine_faces: bool
    face: Literal["auto", "off", "all"]
    precision: Literal["auto", "f32", "bf16"]
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None


class ClipKeywords(TypedDict, total=False):
    """Of `paintreel.stylize_video`."""

    brush: Literal["auto"] | float
    own_colour: float
    fine_faces: bool
    face: Literal["auto", "off", "all"]
    max_side_px: int | None
    precision: Literal["auto", "f32", "bf16"]
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None
    overwrite: bool
    max_pixels: int | None
    codec: str | None
    crf: int | None
    preset: str | None
    pixel_format: str | None
    fps: float | None
    max_frames: int | None
    audio: bool


class ClassifyKeywords(TypedDict, total=False):
    """Of `paintreel.classify`."""

    task: str
    model: str | None
    max_pixels: int | None
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None


class ClassifyClipKeywords(TypedDict, total=False):
    """Of `paintreel.classify_video`."""

    task: str
    model: str | None
    every_s: float | None
    max_pixels: int | None
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None


class LineartKeywords(TypedDict, total=False):
    """Of `paintreel.lineart`."""

    method: str
    weight: float
    detail: float
    clean: bool
    gap: float | None
    transparent: bool
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None
    max_pixels: int | None


class LineartClipKeywords(TypedDict, total=False):
    """Of `paintreel.lineart_video`."""

    method: str
    weight: float
    detail: float
    clean: bool
    gap: float | None
    transparent: bool
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None
    overwrite: bool
    max_pixels: int | None
    codec: str | None
    crf: int | None
    preset: str | None
    pixel_format: str | None
    fps: float | None
    max_frames: int | None
    audio: bool
    steady: float


class ColorizeKeywords(TypedDict, total=False):
    """Of `paintreel.colorize`, beside hint, palette and layers."""

    method: str
    category: str | None
    seed: int | None
    flat: bool
    gap: float | None
    cel: bool
    lines: bool
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None
    max_pixels: int | None


class ColorizeClipKeywords(TypedDict, total=False):
    """Of `paintreel.colorize_video`, beside hint and palette."""

    method: str
    category: str | None
    seed: int | None
    flat: bool
    gap: float | None
    cel: bool
    lines: bool
    tile: Literal["auto", "off"] | int
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None
    overwrite: bool
    max_pixels: int | None
    codec: str | None
    crf: int | None
    preset: str | None
    pixel_format: str | None
    fps: float | None
    max_frames: int | None
    audio: bool
    steady: float


class EmotionKeywords(TypedDict, total=False):
    """Of `paintreel.emotion`."""

    by: Literal["both", "voice", "face"]
    every_s: float
    smooth_s: float
    least_face_px: float
    model: str | None
    max_pixels: int | None
    threads: int | None


class FuseKeywords(TypedDict, total=False):
    """Of `paintreel.fuse`, beside key frames and mask."""

    adapt: bool
    adapt_s: float
    adapt_steps: int | None
    model: str
    strength: float
    steady: float
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None
    overwrite: bool
    max_pixels: int | None
    codec: str | None
    crf: int | None
    preset: str | None
    pixel_format: str | None
    fps: float | None
    max_frames: int | None
    audio: bool


class GradeKeywords(TypedDict, total=False):
    """Of `paintreel.grade`, beside emotion and lut."""

    intensity: float | None
    light: bool
    script: str


class GradeClipKeywords(TypedDict, total=False):
    """Of `paintreel.grade_video`, beside emotion, timeline and lut."""

    intensity: float | None
    light: bool
    script: str
    overwrite: bool
    max_pixels: int | None
    codec: str | None
    crf: int | None
    preset: str | None
    pixel_format: str | None
    fps: float | None
    max_frames: int | None
    audio: bool


class ScriptKeywords(TypedDict, total=False):
    """Of `paintreel.script`."""

    format: Literal["auto", "fountain", "srt", "vtt", "text"]
    lines: Literal["all", "speech"]
    method: Literal["nearness", "svm"]
    seconds_per_word: float


class SpectrumKeywords(TypedDict, total=False):
    """Of `paintreel.spectrum`."""

    bins: int
    every_s: float | None
    max_pixels: int | None


class SheetKeywords(TypedDict, total=False):
    """Of `paintreel.sheet`."""

    max_pixels: int | None
    by: Literal["time", "mood", "scene", "palette"]
    after: tuple[str, ...]
    title: str | None
    count: int
    width_px: int
    every_s: float | None
    backend: Literal["auto", "onnxruntime", "openvino"]
    device: Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
    threads: int | None


class CharacterKeywords(TypedDict, total=False):
    """Of `paintreel.character`, beside identity and emotion."""

    seed: int | None
    intensity: float
    framing: Literal["face", "bust", "half"]
    turn: float
    nod: float
    tilt: float
    mouth: Literal["A", "B", "C", "D", "E", "F", "G", "H", "X"] | None
    size: tuple[int, int] | None
    style: str | None
    strength: float
    background: str | None
    voice: str | None
    text: str | None
    language: Literal["auto", "en", "de", "any"]
    mouths: str | None
    from_clip: str | None
    take: int
    length: float | None
    fps: float | None
    on: Literal["ones", "twos", "threes"]
