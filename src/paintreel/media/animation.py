"""Animated GIF and WebP pictures, frame by frame, with their durations, loops and alpha."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paintreel.errors import PaintreelError, UnreadableFile, VideoError
from paintreel.imaging.geometry import resize
from paintreel.media.clip import MAX_FRAME_PIXELS, VideoInfo, animation_format, check_frame_size
from paintreel.media.colour_tags import BT709
from paintreel.media.frame import Frame, SizeRule, target_size

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

__all__ = ["AnimationReader", "describe_animation"]

TIME_BASE = Fraction(1, 1000)
_UNSTATED_DELAY_MS = 100
"""What every browser shows a frame for whose delay is 0."""


class AnimationReader:
    """Frames of an animated GIF or WebP, or the one of a still one. See `read_frames`.

    Times are in milliseconds. Frames come whole, as they are seen: laid over the ones before.
    """

    def __init__(
        self, path: Path, *, size: SizeRule = None, max_pixels: int = MAX_FRAME_PIXELS
    ) -> None:
        self.info = describe_animation(path, max_pixels)
        self.width, self.height = target_size(size, self.info.width, self.info.height, max_pixels)
        self.broken = 0
        self.dropped = 0
        self.missing_s = 0.0
        self._path = path
        self._frames = self._read()

    def __enter__(self) -> AnimationReader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        return next(self._frames)

    def close(self) -> None:
        """Close the file; no frame can be read after that."""
        self._frames.close()

    def streams(self) -> list:
        """Nothing: animated pictures have no sound."""
        return []

    def metadata(self) -> dict[str, str]:
        """Nothing that would be carried over."""
        return {}

    def chapters(self) -> list:
        """Nothing: animated pictures have none."""
        return []

    def events(self) -> Iterator[Frame]:
        """The frames."""
        return self._frames

    def _read(self) -> Iterator[Frame]:
        pts = index = 0
        with _opened(self._path) as image:
            while True:
                try:
                    image.seek(index)
                    rgba = np.asarray(image.convert("RGBA"))
                except EOFError:
                    return
                except Exception:  # see `_opened`; the frames after a damaged one lie over it
                    self.broken += 1
                    if not index:
                        raise
                    return
                duration = round(image.info.get("duration", 0)) or _UNSTATED_DELAY_MS
                rgba = resize(rgba, self.width, self.height)
                alpha = np.ascontiguousarray(rgba[..., 3])
                yield Frame(
                    pixels=np.ascontiguousarray(rgba[..., :3]),
                    pts=pts,
                    time_base=TIME_BASE,
                    duration=duration,
                    index=index,
                    alpha=None if alpha.min() == 255 else alpha,
                )
                pts, index = pts + duration, index + 1


def describe_animation(path: Path, max_pixels: int = MAX_FRAME_PIXELS) -> VideoInfo:
    """What `paintreel.media.probe.probe` says of a GIF or WebP, from its headers."""
    with _opened(path) as image:
        check_frame_size(path, image.width, image.height, max_pixels)
        frames = getattr(image, "n_frames", 1)
        image.load()
        info = VideoInfo(
            width=image.width,
            height=image.height,
            frames=frames,
            duration_s=None,
            rate=None,
            codec=(image.format or "").lower(),
            pixel_format=image.mode.lower(),
            container=(image.format or "").lower(),
            tags=BT709.for_rgb(),
            time_base=TIME_BASE,
            variable_rate=True,
            has_alpha=image.has_transparency_data,
            # GIF says nothing where it is to play once.
            loop=image.info.get("loop", 1),
        )
        first_ms = image.info.get("duration", 0) or _UNSTATED_DELAY_MS
    return replace(info, rate=Fraction(1000, round(first_ms)))


@contextmanager
def _opened(path: Path) -> Iterator[ImageFile]:
    """The Pillow image of a GIF or WebP; every failure inside is `UnreadableFile`."""
    kind = animation_format(path)
    if kind is None:
        raise VideoError(f"{path} is no GIF or WebP")
    try:
        with path.open("rb") as file:
            # Not Image.open: its guard against bombs is global to the process, ours is
            # `check_frame_size`.
            if kind == "GIF":
                from PIL.GifImagePlugin import GifImageFile as Reader
            else:
                from PIL.WebPImagePlugin import WebPImageFile as Reader
            yield Reader(file, str(path))
    except (PaintreelError, GeneratorExit):
        raise
    except Exception as error:
        # Decoders meet hostile bytes with any exception there is, from struct.error to
        # RecursionError; none of them is a bug of ours.
        raise UnreadableFile(
            path, f"damaged or truncated ({error or type(error).__name__})"
        ) from error
