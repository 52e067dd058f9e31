"""Draw every frame of a clip or animation in lines that hold still."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.lineart.drawer import LineDrawer, LineLook, method_for
from paintreel.lineart.options import DEFAULT_METHOD
from paintreel.lineart.steadying import LineSteadier
from paintreel.media.frame import Frame
from paintreel.media.length import check_length
from paintreel.media.readings import OnProgress, Readings
from paintreel.media.steps import FrameWork
from paintreel.notes import Note
from paintreel.options import DRAWN_STEADY
from paintreel.signatures import takes_options
from paintreel.wording import counted

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import LineartClipKeywords
    from paintreel.media.video import VideoReport

__all__ = ["lineart_video"]

_OF_DRAWER = ("method", "tile", "backend", "device", "threads")
_OF_LOOK = {"weight": "weight", "detail": "detail", "clean": "clean", "gap": "gap_px"}


@takes_options("lineart", "lineart_video")
def lineart_video(
    src: str | PathLike[str],
    dst: str | PathLike[str],
    *,
    drawer: LineDrawer | None = None,
    loop: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
    **options: Unpack[LineartClipKeywords],
) -> VideoReport:
    """Draw the clip `src` into `dst`; timestamps, sound and size are kept.

    src, dst     files; the suffix of `dst` chooses the container, codec "png" writes a folder
    drawer       a loaded `LineDrawer`, which takes the place of method and machine
    loop         how often an animation plays, 0 for ever; None: as the source
    on_progress  called after each frame with (frames done, frames expected or None)
    cancel       set to stop before the next frame: CancelledError of `concurrent.futures`

    Lines of the frame before are pulled along by the motion of the source and kept where the new
    ones differ by little.
    Raises UnreadableFile, VideoError and OutputError beside the errors of `LineDrawer`; InputError
    for what does not go together.
    """
    from paintreel.media.encoding_settings import EncodingSettings
    from paintreel.media.video import transform_video

    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    of_drawer = {name: given.pop(name) for name in _OF_DRAWER if name in given}
    if drawer is None:
        method = of_drawer.pop("method", DEFAULT_METHOD)
        drawer = LineDrawer(method_for(method, bool(given.get("clean"))), **of_drawer)
    elif of_drawer:
        raise InputError(f"{sorted(of_drawer)} belong to the LineDrawer that is loaded already")
    given.setdefault("gap", 0.0)  # a bridge comes and goes from frame to frame
    look = LineLook(**{name: given.pop(k) for k, name in _OF_LOOK.items() if k in given})
    transparent = bool(given.pop("transparent", False))
    limit = check_length(Path(src), cast("int | None", given.pop("max_frames", None)))
    work = _FrameDrawer(
        drawer, look, float(cast("float", given.pop("steady", DRAWN_STEADY))), transparent
    )

    report = transform_video(
        src,
        dst,
        work,
        loop=loop,
        alpha=True if transparent else None,
        on_progress=Readings(on_progress, src, limit).reading(),
        cancel=cancel,
        encoding=EncodingSettings.taken_from(given),
        **cast("Any", given),
    )
    notes = () if drawer.model is None else drawer.model.take_notes()
    return dataclasses.replace(report, notes=(*notes, *report.notes))


class _FrameDrawer(FrameWork[Array]):
    """Lines of each frame, held along the motion."""

    at_once = 1

    def __init__(
        self, drawer: LineDrawer, look: LineLook, steady: float, transparent: bool
    ) -> None:
        self._drawer, self._look, self._transparent = drawer, look, transparent
        self._steadier = LineSteadier(steady)
        self._bridged = 0

    def begin(self, frame: Frame) -> Callable[[], Array]:
        """The lines of a frame by itself."""

        def step() -> Array:
            drawing = self._drawer.draw(frame.pixels, self._look)
            self._bridged += sum(n.count for n in drawing.notes if n.kind == "gaps-bridged")
            return drawing.coverage

        return step

    def push(self, frame: Frame, result: Array | None) -> Iterator[Frame]:
        """The frame in lines."""
        assert result is not None  # `begin` gives one for each
        result = self._steadier(frame.pixels, result)
        if self._transparent:
            cover = (
                result if frame.alpha is None else cv2.multiply(result, frame.alpha, scale=1 / 255)
            )
            yield dataclasses.replace(frame, pixels=np.zeros_like(frame.pixels), alpha=cover)
            return
        paper = cv2.cvtColor(255 - result, cv2.COLOR_GRAY2RGB)
        yield dataclasses.replace(frame, pixels=paper)

    def notes(self) -> tuple[Note, ...]:
        """How many gaps were bridged, all frames together."""
        if not self._bridged:
            return ()
        text = f"{counted(self._bridged, 'gap')} bridged, all frames together"
        return (Note("gaps-bridged", text, self._bridged),)
