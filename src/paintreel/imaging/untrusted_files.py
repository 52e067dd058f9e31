"""Files opened as if they were hostile, and the Pillow image behind them."""

from __future__ import annotations

import errno
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile

from paintreel.errors import PaintreelError, UnreadableFile, system_reason
from paintreel.imaging.arrays import Array
from paintreel.imaging.file_signatures import SIGNATURE_BYTES, format_of, why_refused
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.imaging.png import list_chunks, without_text

__all__ = [
    "UnsupportedPicture",
    "open_image",
    "open_regular",
    "pillow_image",
    "read_head",
    "to_array",
    "unreadable_file",
]

_BAND_ROWS = 256
_HEIF_MODULE = "pi_heif"
_NOT_READABLE = {
    *(errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EIO, errno.ESTALE, errno.EMFILE),
    *(errno.ENFILE, errno.ENXIO, errno.EBUSY),
}
"""What is about the file in its place, and not about its content."""


class UnsupportedPicture(ValueError):
    """A picture that is whole, of a kind that is not read: "a ..., and what to do".

    `unreadable_file` says so with the path.
    """


def read_head(path: Path) -> bytes:
    """The first `SIGNATURE_BYTES` bytes of a regular file.

    Raises `UnreadableFile` where it is missing, not permitted, or no regular file.
    """
    with unreadable_file(path), open_regular(path) as file:
        return file.read(SIGNATURE_BYTES)


def open_regular(path: Path) -> BinaryIO:
    """The file opened for reading. Raises OSError, and `UnreadableFile` for folders and pipes."""
    # A pipe or a device could make the open, or a read, wait for ever.
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise UnreadableFile(path, "it is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise UnreadableFile(path, "it is a pipe or a device, not a regular file")
    return path.open("rb")


@contextmanager
def unreadable_file(path: Path) -> Iterator[None]:
    """Turns every failure of the block, which reads `path`, into `UnreadableFile`.

    Errors of this package go on as they are.
    """
    try:
        yield
    except PaintreelError:
        raise
    except FileNotFoundError:
        what = "file" if path.suffix else "file or folder"
        raise UnreadableFile(path, f"there is no such {what}") from None
    except PermissionError:
        raise UnreadableFile(path, "permission denied") from None
    except MemoryError:
        raise UnreadableFile(path, "it needs more memory than there is") from None
    except UnsupportedPicture as error:
        raise UnreadableFile(path, f"it is {error}") from error
    except OSError as error:
        if error.errno not in _NOT_READABLE:
            raise _damaged(path, error) from error
        raise UnreadableFile(path, system_reason(error)) from error
    except Exception as error:
        # Decoders meet hostile bytes with any exception there is, from struct.error to
        # RecursionError; none of them is a bug of ours.
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> UnreadableFile:
    if "\0" in str(path):
        return UnreadableFile(path, "its name holds a zero byte, which no file has")
    if isinstance(error, OSError) and error.errno is not None:
        detail = system_reason(error)
    else:
        detail = str(error) or type(error).__name__
    return UnreadableFile(path, f"damaged or truncated ({detail})")


def pillow_image(path: Path, file: BinaryIO, name: str) -> ImageFile.ImageFile:
    """The Pillow image in `file`, which is open at its start, as format `name`; header read."""
    # Not Image.open: it would guard against bombs with a limit of its own, global to the
    # process, and try formats that are none of ours.
    if name == "HEIF":
        return _heif_image(file)
    if name == "PNG":
        file = without_text(file, list_chunks(file))
        file.seek(0)
    module, reader = PICTURE_FORMATS[name].reader
    image: ImageFile.ImageFile = getattr(import_module(f"PIL.{module}"), reader)(file, str(path))
    return image


def _heif_image(file: BinaryIO) -> ImageFile.ImageFile:
    """A HEIC picture through the optional package pi-heif, which only decodes."""
    try:
        heif = import_module(_HEIF_MODULE)
    except ImportError:
        raise UnsupportedPicture(
            "a HEIC picture; read it with the 'heif' extra (pip install 'paintreel[heif]'), or "
            "convert it to JPEG"
        ) from None
    heif.register_heif_opener()
    image: ImageFile.ImageFile = Image.open(file, formats=["HEIF"])
    return image


@contextmanager
def open_image(path: Path) -> Iterator[ImageFile.ImageFile]:
    """The Pillow image of a file, its header read; every failure inside is `UnreadableFile`.

    The caller checks the size before it loads the pixels.
    """
    with unreadable_file(path), open_regular(path) as file, _pillow_limit_lifted:
        head = file.read(SIGNATURE_BYTES)
        name = format_of(head)
        if name is None:
            raise UnreadableFile(path, why_refused(head))
        file.seek(0)
        yield pillow_image(path, file, name)


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
