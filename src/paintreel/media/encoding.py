"""How a clip is encoded: which container, codec, pixel format and settings, for what is asked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import av

from paintreel.errors import BackendError, InputError
from paintreel.media.codecs import CODEC_NAMES, CODECS, Codec, codecs_of
from paintreel.media.colour_tags import ColourTags
from paintreel.media.containers import (
    CONTAINERS,
    FOLDER,
    WRITABLE_SUFFIXES,
    Container,
    container_of_suffix,
)
from paintreel.media.encoding_settings import DEFAULT_ENCODING, EncodingSettings
from paintreel.notes import Note

__all__ = ["EncodingPlan", "check_settings", "plan_encoding"]

_SIDE = 16
_CHROMA_NAMES = {
    (16, 16): "4:4:4", (8, 16): "4:2:2", (16, 8): "4:4:0", (8, 8): "4:2:0", (4, 16): "4:1:1",
    (4, 8): "4:1:0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EncodingPlan:
    """Everything an encoder is set up with. `width` and `height` are those that it stores: even
    where the pixel format needs it, so up to one pixel less than those of the frames."""

    codec: Codec
    container: Container
    width: int
    height: int
    pixel_format: str
    tags: ColourTags
    options: dict[str, str]
    threads: int
    notes: tuple[Note, ...] = ()

    @property
    def keeps_alpha(self) -> bool:
        """Whether transparent parts stay so."""
        return self.pixel_format == self.codec.alpha_format_in(self.container)

    @property
    def keeps_pixel_aspect(self) -> bool:
        """Whether the container or the stream can say that pixels are not square."""
        return self.container.iso_media or self.codec.tag_aspect


def plan_encoding(
    dst: Path,
    width: int,
    height: int,
    tags: ColourTags,
    settings: EncodingSettings = DEFAULT_ENCODING,
    *,
    alpha: bool = False,
    source: str | None = None,
) -> EncodingPlan:
    """How frames of `width` x `height` pixels, from a clip with `tags`, are written to `dst`.

    4:2:0 and 4:2:2 store colour for pairs of pixels; of odd sizes they drop the last column or row,
    and the plan notes it. With `alpha` the pixel format is one that keeps it, where the codec has
    one and none is asked for. `source` is the pixel format of the clip, None where it is not known:
    where its chroma is not kept, and none was asked for, the plan notes it.

    Raises what `check_settings` does, and `InputError` for sizes that the codec does not have.
    """
    container, spec = check_settings(dst, settings)
    pixel_format = settings.pixel_format
    if pixel_format is None and alpha:
        pixel_format = spec.alpha_format_in(container)
    if pixel_format is None and spec.keeps_chroma:
        pixel_format = _with_chroma(spec, source)
    pixel_format = pixel_format or spec.pixel_formats[0]
    stored, notes = _stored_size(width, height, pixel_format, spec)
    if settings.pixel_format is None:
        notes = (*notes, *_chroma_notes(source, pixel_format, spec))
    _check_size(stored, spec)
    is_rgb = not pixel_format.startswith("yuv")
    return EncodingPlan(
        codec=spec,
        container=container,
        width=stored[0],
        height=stored[1],
        pixel_format=pixel_format,
        tags=tags.for_rgb() if is_rgb else tags.for_yuv(height),
        options=_options(spec, settings) | spec.format_options.get(pixel_format, {}),
        threads=_threads(is_fast=bool(spec.fast) and settings.preset is None),
        notes=notes,
    )


def check_settings(
    dst: Path, settings: EncodingSettings = DEFAULT_ENCODING
) -> tuple[Container, Codec]:
    """What is written to `dst`; all that can be known of the settings before a clip is opened.

    Raises `InputError` for an unknown suffix, codec, pixel format or preset, for pairs of them that
    do not go together and for a crf out of range; `BackendError` where FFmpeg lacks the encoder.
    """
    container, spec = _choose(dst, settings.codec)
    pixel_format = settings.pixel_format
    if pixel_format is not None and pixel_format not in spec.pixel_formats:
        choices = ", ".join(spec.pixel_formats)
        raise InputError(
            f"codec {spec.name} has no pixel format {pixel_format!r}; use one of {choices}"
        )
    keeps_alpha = pixel_format is not None and pixel_format == spec.alpha_format
    if keeps_alpha and spec.alpha_format_in(container) is None:
        homes = ", ".join(CONTAINERS[name].title for name in spec.alpha_containers)
        raise InputError(
            f"{container.title} holds no transparency in {spec.name}, only {homes}; "
            f"leave {pixel_format} out"
        )
    if spec.by_ffmpeg and spec.encoder not in av.codec.codecs_available:
        raise BackendError(f"this build of FFmpeg (in the package 'av') lacks {spec.encoder}")
    _options(spec, settings)
    return container, spec


def is_lossless(name: str) -> bool:
    """Whether all that FFmpeg's codec or encoder of that name writes is without loss.

    >>> is_lossless("ffv1"), is_lossless("libx264"), is_lossless("gif")
    (True, False, False)
    """
    if name in ("gif", "unknown"):  # what comes into a palette has lost before
        return False
    for mode in ("w", "r"):
        try:
            codec = av.codec.Codec(name, mode)
        except ValueError:
            continue
        return bool(codec.lossless and not codec.lossy)
    return False


def _chroma(pixel_format: str) -> tuple[int, int] | None:
    """(columns, rows) of chroma for 16 x 16 pixels; None where there is no colour."""
    layout = av.VideoFormat(pixel_format, _SIDE, _SIDE)
    if not layout.is_rgb and not layout.has_palette and len(layout.components) < 3:
        return None
    return layout.chroma_width(), layout.chroma_height()


def _keeps_chroma(source: str, target: str) -> bool:
    before, after = _chroma(source), _chroma(target)
    return before is None or (
        after is not None and all(new >= old for old, new in zip(before, after, strict=True))
    )


def _with_chroma(codec: Codec, source: str | None) -> str | None:
    """The first opaque pixel format of the codec that keeps the chroma of `source`."""
    if source is None:
        return None
    formats = (name for name in codec.pixel_formats if name != codec.alpha_format)
    return next((name for name in formats if _keeps_chroma(source, name)), None)


def _chroma_notes(source: str | None, pixel_format: str, codec: Codec) -> tuple[Note, ...]:
    if source is None or _keeps_chroma(source, pixel_format):
        return ()
    before, after = _chroma(source), _chroma(pixel_format)
    assert before is not None  # or it would be kept
    assert after is not None
    # One that keeps both chroma and transparency no codec has but those without loss.
    whole = None if pixel_format == codec.alpha_format else _with_chroma(codec, source)
    lossless = " or ".join(name for name in CODEC_NAMES if CODECS[name].any_size)
    fix = f"codec {lossless} keeps it"
    if whole is not None:
        fix = f"--pixel-format {whole} keeps it, which fewer players show"
    kind = "RGB" if av.VideoFormat(source, _SIDE, _SIDE).is_rgb else _chroma_name(before)
    text = f"{kind} colour of the source becomes {_chroma_name(after)}: {fix}"
    return (Note("chroma-reduced", text, loss=True),)


def _chroma_name(sides: tuple[int, int]) -> str:
    return _CHROMA_NAMES.get(sides, f"one value for {_SIDE // sides[0]}x{_SIDE // sides[1]} pixels")


def _threads(*, is_fast: bool) -> int:
    """Fast settings keep up with one thread, which costs least, until there are cores to spare."""
    cores = os.cpu_count() or 1
    return max(1, min(4, cores // 4 if is_fast else cores))


def _choose(dst: Path, codec: str | None) -> tuple[Container, Codec]:
    suffix = dst.suffix.lower()
    if codec is not None and codec not in CODECS:
        raise InputError(f"unknown codec {codec!r}; use one of {', '.join(CODECS)}")
    container = container_of_suffix(suffix)
    if codec is not None and FOLDER.format in CODECS[codec].containers:
        if container is not None:
            raise InputError(
                f"codec {codec} writes a folder of pictures: name {dst} without {suffix}"
            )
        return FOLDER, CODECS[codec]
    if container is None or container.default_codec is None:
        raise InputError(
            f"cannot tell from {dst.name!r} what to write; use one of the suffixes "
            f"{' '.join(WRITABLE_SUFFIXES)}, or codec png for a folder of pictures"
        )
    if codec is not None and container.format not in CODECS[codec].containers:
        homes = [CONTAINERS[name] for name in CODECS[codec].containers]
        suffixes = [s for s in WRITABLE_SUFFIXES if container_of_suffix(s) in homes]
        raise InputError(
            f"{suffix} files cannot hold {codec}, only {', '.join(codecs_of(container))}; "
            f"{codec} goes into {' '.join(suffixes)}"
        )
    return container, CODECS[codec or container.default_codec]


def _stored_size(
    width: int, height: int, pixel_format: str, codec: Codec
) -> tuple[tuple[int, int], tuple[Note, ...]]:
    layout = av.VideoFormat(pixel_format, 16, 16)
    odd_width = width % 2 if layout.chroma_width() < 16 else 0
    odd_height = height % 2 if layout.chroma_height() < 16 else 0
    if not (odd_width or odd_height) or codec.any_size:
        return (width, height), ()
    stored = width - odd_width, height - odd_height
    whole = next((f for f in codec.pixel_formats if f.startswith("yuv444")), None)
    lossless = " or ".join(name for name in CODEC_NAMES if CODECS[name].any_size)
    fix = f"pixel format {whole}" if whole else f"codec {lossless}"
    if not min(stored):
        raise InputError(
            f"frames of {width}x{height} are too small for {codec.name} in {pixel_format}; "
            f"use {fix}"
        )
    lost = " and ".join(part for part, odd in (("column", odd_width), ("row", odd_height)) if odd)
    text = f"last pixel {lost} dropped for {pixel_format}: {fix} keeps {width}x{height}"
    return stored, (Note("pixels-cut", text, loss=True),)


def _check_size(stored: tuple[int, int], codec: Codec) -> None:
    width, height = stored
    least_wide, least_high = codec.smallest_px
    if width < least_wide or height < least_high:
        raise InputError(
            f"frames of {width}x{height} are too small for {codec.name}: at least "
            f"{least_wide}x{least_high} pixels; use a larger size or another codec"
        )
    widest, highest = codec.largest_px
    if width > widest or height > highest:
        raise InputError(
            f"frames of {width}x{height} are too large for {codec.name}: at most "
            f"{widest}x{highest} pixels; use a smaller size or another codec"
        )


def _options(codec: Codec, settings: EncodingSettings) -> dict[str, str]:
    options, crf, preset = dict(codec.options), settings.crf, settings.preset
    if crf is not None:
        if codec.crf is None:
            raise InputError(f"codec {codec.name} has no crf: its quality is fixed")
        if not 0 <= crf <= codec.crf_max:
            raise InputError(f"crf for {codec.name} must be from 0 to {codec.crf_max}, got {crf}")
    if codec.crf is not None:
        options["crf"] = str(codec.crf if crf is None else crf)
    if preset is not None and codec.preset is None:
        raise InputError(f"codec {codec.name} has no presets")
    if preset is not None and preset not in codec.presets:
        raise InputError(
            f"codec {codec.name} has no preset {preset!r}; use one of {', '.join(codec.presets)}"
        )
    if codec.preset is not None:
        options[codec.preset_option] = preset or codec.preset
    return options if preset else options | codec.fast
