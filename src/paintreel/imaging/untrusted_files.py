"""The Pillow image behind a file, opened as if the file were hostile."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile

from paintreel.errors import PaintreelError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.file_signatures import SNIFF_BYTES, format_of, why_refused

__all__ = ["opened", "read_head", "to_array"]

_READERS = {
    "JPEG": ("JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PngImagePlugin", "PngImageFile"),
    "WEBP": ("WebPImagePlugin", "WebPImageFile"),
    "TIFF": ("TiffImagePlugin", "TiffImageFile"),
    "AVIF": ("AvifImagePlugin", "AvifImageFile"),
    "GIF": ("GifImagePlugin", "GifImageFile"),
}
_BAND_ROWS = 256


def read_head(path: Path) -> bytes:
    """The first `SNIFF_BYTES` bytes of a regular file; raises OSError or `UnreadableFile`."""
    with _open_regular(path) as file:
        return file.read(SNIFF_BYTES)


def _open_regular(path: Path) -> BinaryIO:
    # A pipe or a device could make the open, or a read, wait for ever.
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise UnreadableFile(path, "it is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise UnreadableFile(path, "it is a pipe or a device, not a regular file")
    return path.open("rb")


@contextmanager
def opened(path: Path) -> Iterator[ImageFile.ImageFile]:
    """The Pillow image of a file, its header read; every failure inside is `UnreadableFile`.

    The caller checks the size before it loads the pixels.
    """
    try:
        with _open_regular(path) as file, _pillow_limit_lifted:
            head = file.read(SNIFF_BYTES)
            kind = format_of(head)
            if kind is None:
                raise UnreadableFile(path, why_refused(head))
            file.seek(0)
            # Not Image.open: it would guard against bombs with a limit of its own, global to
            # the process, and try formats that are none of ours.
            module, reader = _READERS[kind]
            yield getattr(import_module(f"PIL.{module}"), reader)(file, str(path))
    except PaintreelError:
        raise
    except FileNotFoundError:
        raise UnreadableFile(path, "there is no such file") from None
    except PermissionError:
        raise UnreadableFile(path, "permission denied") from None
    except MemoryError:
        raise UnreadableFile(path, "it needs more memory than there is") from None
    except Exception as error:
        # Decoders meet hostile bytes with any exception there is, from struct.error to
        # RecursionError; none of them is a bug of ours.
        detail = str(error) or type(error).__name__
        raise UnreadableFile(path, f"damaged or truncated ({detail})") from error


class _PillowLimit:
    """Lifts Pillow's limit on pixels, global to the process, while any picture is open here.

    Some of its readers check it again while they decode, which would make our own limit, an
    argument, meaningless above theirs.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._saved: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._users == 0:
                self._saved, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                Image.MAX_IMAGE_PIXELS = self._saved


_pillow_limit_lifted = _PillowLimit()


def to_array(image: Image.Image) -> Array:
    """The pixels of an 8-bit image, band by band: numpy would take two more copies."""
    image.load()
    width, height = image.size
    channels = len(image.getbands())
    out = np.empty((height, width) if channels == 1 else (height, width, channels), np.uint8)
    for top in range(0, height, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, height)
        out[top:bottom] = np.asarray(image.crop((0, top, width, bottom)))
    return out
