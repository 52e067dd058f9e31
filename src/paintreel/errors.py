"""Every error that Paintreel raises on purpose.

    PaintreelError
    |-- InputError (also ValueError)      a value, array or option that cannot be used
    |   |-- UnreadableFile                empty, truncated, renamed, encrypted or unknown file
    |   |-- PictureTooLarge               more pixels than the limit (decompression bomb)
    |   |-- VideoError                    no video stream, zero length, no decodable frame
    |   `-- DataError                     a training or scoring folder that cannot be used
    |-- OutputError                       exists, is the input, cannot be written, disk full
    |-- ModelError
    |   |-- UnknownModel                  no model of that name
    |   `-- ModelFileError                not ours, truncated, other contract version, wrong hash
    |-- BackendError                      the asked runtime is not installed or failed
    |-- MissingExtra                      an optional package is needed: says which to install
    `-- TrainingError                     a run that cannot start or that diverged

Catch `PaintreelError` to catch them all. Messages say what was got, what was expected and
what to do. Anything else that escapes is a bug.
"""

from __future__ import annotations

import errno
import warnings
from os import PathLike, fspath


class PaintreelError(Exception):
    """Base of every deliberate error."""


class InputError(PaintreelError, ValueError):
    """A value, array or option that cannot be used."""


class UnreadableFile(InputError):
    """A file whose content cannot be read as what it was given for."""

    def __init__(self, path: str | PathLike[str], reason: str) -> None:
        super().__init__(path, reason)
        self.path = fspath(path)
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot read {self.path}: {self.reason}"


class PictureTooLarge(InputError):
    """More pixels than the limit that guards against decompression bombs."""

    def __init__(self, path: str | PathLike[str], pixels: int, limit: int) -> None:
        super().__init__(path, pixels, limit)
        self.path = fspath(path)
        self.pixels = pixels
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"{self.path} has {self.pixels:,} pixels, the limit is {self.limit:,}; "
            "if you trust the file, raise it with --max-pixels"
        )


class VideoError(InputError):
    """A clip without usable video."""


class DataError(InputError):
    """A folder of pictures that cannot be trained on or scored."""


class OutputError(PaintreelError):
    """A result that cannot be written where it was asked for."""


class ModelError(PaintreelError):
    """Something about a model."""


class UnknownModel(ModelError):
    """No bundled model has that name."""


class ModelFileError(ModelError):
    """A model file that is not ours, damaged, or of another contract version."""


class BackendError(PaintreelError):
    """The asked inference backend is missing or failed."""


_EXTRA_SIZES = {
    "train": (
        "PyTorch for the CPU: 0.2 GB to download, 0.9 GB on disk; on Linux pip takes the build for "
        "NVIDIA cards, several GB, unless given --index-url https://download.pytorch.org/whl/cpu"
    )
}
"""Of extras that one may want to think about first."""


class MissingExtra(PaintreelError):
    """An optional package is needed for this."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(what, extra)
        self.what = what
        self.extra = extra

    def __str__(self) -> str:
        text = f"{self.what} needs the '{self.extra}' extra: pip install 'paintreel[{self.extra}]'"
        size = _EXTRA_SIZES.get(self.extra)
        return f"{text} ({size})" if size else text


class TrainingError(PaintreelError):
    """A training run that cannot start or that diverged."""


SYSTEM_REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than this system allows",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EIO: "the disk reports an error",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "part of the path is a file, not a folder",
    errno.EISDIR: "it is a folder, not a file",
    errno.ELOOP: "the path is a loop of links",
    errno.EILSEQ: "the file system does not take this name",
    errno.ESTALE: "the network drive has lost it",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENXIO: "it is a pipe or a device, not a regular file",
    errno.EBUSY: "it is in use",
}


def system_reason(error: OSError) -> str:
    """Why the system refused, in plain words: no number, no name of a file, no Python.

    The name that the system's own message ends with may be that of a temporary file.
    """
    if error.errno in SYSTEM_REASONS:
        return SYSTEM_REASONS[error.errno]
    text = " ".join((error.strerror or str(error) or type(error).__name__).split())
    return text[:1].lower() + text[1:]


_RENAMED = {
    "StyleError": ModelError,
    "UnknownStyle": UnknownModel,
    "StyleFileError": ModelFileError,
}
"""Names up to 0.1, which go with 0.3."""


def __getattr__(name: str) -> type[PaintreelError]:
    if name in _RENAMED:
        new = _RENAMED[name]
        warnings.warn(
            f"paintreel.errors.{name} is called {new.__name__} now; the old name goes with 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return new
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
