"""A clip as a folder of numbered PNG pictures with a list of their times."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2

from paintreel.errors import OutputError, PaintreelError, system_reason
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import why_not_written
from paintreel.imaging.temporary_names import temporary_name
from paintreel.imaging.untrusted_files import open_regular
from paintreel.media.containers import FOLDER
from paintreel.media.frame import Frame, FrameSource
from paintreel.media.picture_sink import PictureSink
from paintreel.wording import some_of

__all__ = ["TIMES_FILE", "SequenceWriter", "atomic_folder"]

TIMES_FILE = "timestamps.json"
_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 2]  # 720p in 15 ms; level 6 saves a tenth and takes twice


class SequenceWriter(PictureSink):
    """Writes frames as `000001.png` and on into `folder`, with `timestamps.json` beside them.

    The JSON holds `time_base` (seconds, a fraction as text), `width`, `height` in pixels, and
    for each frame its `file`, `pts` and `duration`. Alpha is kept; sound is not.
    """

    def __init__(self, folder: Path, source: FrameSource, *, audio: bool = True) -> None:
        super().__init__(FOLDER, source, audio=audio)
        self._folder = folder
        self._times: dict[str, Any] = {  # as JSON has it
            "time_base": str(source.info.time_base),
            "width": source.width,
            "height": source.height,
            "frames": [],
        }
        self._last_encoded: tuple[Array, Array | None, Array] | None = None
        folder.mkdir()

    def write(self, frame: Frame) -> None:
        """Write one picture."""
        name = f"{len(self._times['frames']) + 1:06d}.png"
        (self._folder / name).write_bytes(self._encoded(frame, name).data)
        self._times["frames"].append({"file": name, "pts": frame.pts, "duration": frame.duration})

    def _encoded(self, frame: Frame, name: str) -> Array:
        """The frame as PNG; one that is held is encoded once."""
        last = self._last_encoded
        if last is not None and last[0] is frame.pixels and last[1] is frame.alpha:
            return last[2]
        if frame.alpha is None:
            bgr = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR)
        else:
            red, green, blue = cv2.split(frame.pixels)
            bgr = cv2.merge([blue, green, red, frame.alpha])
        ok, encoded = cv2.imencode(".png", bgr, _PNG)
        if not ok:
            raise OutputError(f"cannot encode {name} of {frame.pixels.shape[1::-1]} pixels as PNG")
        self._last_encoded = frame.pixels, frame.alpha, encoded
        return encoded

    def close(self) -> None:
        """Write the times."""
        text = json.dumps(self._times, indent=1)
        (self._folder / TIMES_FILE).write_text(text + "\n", encoding="utf-8")


@contextmanager
def atomic_folder(dst: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A path beside `dst` for a folder that becomes `dst` when the block ends well.

    As `paintreel.imaging.files.atomic_path` for files. Of what exists only an empty folder or
    a sequence written by `SequenceWriter`, with nothing else in it, is ever replaced, so that no
    other work is lost; it stays in its place until the new one is whole.

    Raises `OutputError` when `dst` exists and may not be replaced, or cannot be written.
    """
    partial, before = dst.with_name(temporary_name()), dst.with_name(temporary_name())
    _refuse(dst, overwrite)
    try:
        dst.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        _refuse(dst, overwrite)
        if dst.exists():
            dst.replace(before)
        try:
            partial.replace(dst)
        except OSError:
            if before.exists():
                before.replace(dst)
            raise
    except OSError as error:
        reason = why_not_written(error, dst.parent) or system_reason(error)
        raise OutputError(f"cannot write {dst}: {reason}") from error
    finally:
        for folder in (partial, before):
            shutil.rmtree(folder, ignore_errors=True)


def _refuse(dst: Path, overwrite: bool) -> None:
    if not dst.exists() and not dst.is_symlink():
        return
    if not dst.is_dir() or dst.is_symlink():
        raise OutputError(f"cannot write {dst}: it is no folder, a sequence of pictures needs one")
    if not any(dst.iterdir()):
        return
    if not overwrite:
        raise OutputError(f"{dst} exists; use --overwrite (overwrite=True) to replace it")
    if others := sorted({path.name for path in dst.iterdir()} - _own_files(dst)):
        raise OutputError(
            f"{dst} holds other files than a sequence of ours ({some_of(others, 1)}); "
            "name another folder"
        )


def _own_files(folder: Path) -> set[str]:
    """Names that the list of times in a folder gives, and its own; none where it is not ours."""
    try:
        with open_regular(folder / TIMES_FILE) as file:
            times = json.load(file)
        return {TIMES_FILE, *(str(frame["file"]) for frame in times["frames"])}
    except (OSError, PaintreelError, ValueError, TypeError, LookupError, RecursionError):
        return set()
