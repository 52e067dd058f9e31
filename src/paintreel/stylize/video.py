"""Paint every frame of a clip or animation."""

from __future__ import annotations

import dataclasses
import threading
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from paintreel.errors import InputError
from paintreel.faces.feature_follower import FeatureFollower
from paintreel.faces.finder import FaceFinder
from paintreel.faces.follower import FaceFollower
from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side
from paintreel.media.length import check_length
from paintreel.media.readings import OnProgress, Readings
from paintreel.media.steadier import Steadier
from paintreel.media.steps import FrameWork
from paintreel.notes import Note
from paintreel.pictures.masking import Edge, lay_where
from paintreel.pictures.strength import blend, check_strength
from paintreel.signatures import takes_options
from paintreel.stylize.exposure import Carrying, Holding, OnOnes, check_on
from paintreel.stylize.fine_faces import SeenFace, least_fine_px
from paintreel.stylize.options import DEFAULT_STEADY, DEFAULT_STYLE
from paintreel.stylize.portraits import no_face
from paintreel.stylize.style import Style, frames_at_once
from paintreel.stylize.where import ClipWhere, Where

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import ClipKeywords
    from paintreel.media.frame import Frame, SizeRule
    from paintreel.media.video import VideoReport


@takes_options("stylize", "stylize_video")
def stylize_video(
    src: str | PathLike[str],
    dst: str | PathLike[str],
    *,
    style: str | PathLike[str] | Style = DEFAULT_STYLE,
    strength: float = 1.0,
    steady: float = DEFAULT_STEADY,
    on: int = 1,
    carry: bool = False,
    mask: Any = None,
    protect: Any = None,
    edge: Edge = "auto",
    least_face_px: float | None = None,
    size: SizeRule = None,
    loop: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
    **options: Unpack[ClipKeywords],
) -> VideoReport:
    """Paint the clip `src` into `dst`; timestamps, sound and size are kept.

    src, dst     files; the suffix of `dst` chooses the container, codec "png" writes a folder
    style        a name, the path of a style file or a loaded `Style`
    strength     0 gives the frames of the source, 1 the full style
    steady       0 to below 1, the share of the paint that is carried along from the frame before
                 where the motion explains the frame, against flicker
    on           every n-th frame of each shot is painted and held until the next, strength and
                 alpha too: 2 is on twos
    carry        with on, the paint in between moves along with the motion of the source; what the
                 motion does not explain is painted
    mask, protect, edge, least_face_px  where it is painted, as for `Style.__call__`; a mask may be
                 the path of a clip or of a folder of pictures too, a mask for each frame
    size         (width, height) in pixels, or a function from a frame's to that
    loop         how often an animation plays, 0 for ever; None: as the source
    on_progress  called after each frame with (frames done, frames expected or None)
    cancel       set to stop before the next frame: CancelledError of `concurrent.futures`

    Alpha of animations is kept. Raises UnreadableFile, VideoError and OutputError beside the
    errors of `Style`; InputError for what does not go together.
    """
    from paintreel.media.encoding_settings import EncodingSettings
    from paintreel.media.video import transform_video

    check_strength(strength)
    where = Where(mask, protect, edge, least_face_px).of_clip()
    given = {name: value for name, value in options.items() if value is not None}
    loaded = _loaded(style, {name: given.pop(name) for name in _OF_STYLE if name in given})
    rule = _size_rule(size, given.pop("max_side_px", None))
    limit = check_length(Path(src), cast("int | None", given.pop("max_frames", None)))
    check_on(on, carry=carry)
    painter = _Painter(loaded, strength, Steadier(steady), where)
    work: FrameWork[Any]
    if on == 1 or (carry and strength == 0):  # of strength 0 there is no paint to be moved
        work = OnOnes(painter)
    else:
        work = Carrying(on, painter) if carry else Holding(on, painter)

    report = transform_video(
        src,
        dst,
        work,
        size=rule,
        loop=loop,
        on_progress=Readings(on_progress, src, limit).reading(),
        cancel=cancel,
        encoding=EncodingSettings.taken_from(given),
        **cast("Any", given),  # None stands for what it takes by itself
    )
    # Of a style that was handed in, whoever has loaded it knows the others.
    of_device = loaded.take_notes() if loaded is style else loaded.notes
    of_where = (*painter.notes(), *(() if where is None else where.notes()))
    return dataclasses.replace(report, notes=(*of_device, *of_where, *report.notes))


_SEARCH_S = 0.1
"""How often frames are searched for faces that come: a small part of the time of painting."""

_OF_STYLE = (
    "brush",
    "own_colour",
    "fine_faces",
    "face",
    "tile",
    "backend",
    "device",
    "threads",
    "precision",
)


class _Painter:
    """A style as the frames of one clip are painted with it."""

    def __init__(
        self, style: Style, strength: float, steadier: Steadier, where: ClipWhere | None
    ) -> None:
        self._style, self._strength, self._steadier = style, strength, steadier
        self._where = where
        self.at_once = style.at_once
        self.single_tiles, self.paint_tile = style.single_tiles, style.paint_tile
        self._follow: FaceFollower | None = None
        self._features = FeatureFollower() if style.draws_faces and style.face != "off" else None
        self._faces: dict[int, list[SeenFace]] = {}
        self._drawn = False

    def watch(self, frame: Frame) -> None:
        if self._where is not None:
            self._where.watch(frame)
        if self._style.looks_for_faces and self._strength:
            if self._follow is None:
                least_px = least_fine_px(*frame.pixels.shape[:2])
                self._follow = FaceFollower(FaceFinder(least_px=least_px), every_s=_SEARCH_S)
            tracked = self._follow(frame.pixels, frame.time_s)
            features = self._features(frame.pixels, frame.time_s, tracked) if self._features else {}
            self._faces[frame.index] = [
                SeenFace(each.face, each.presence, features.get(each.number)) for each in tracked
            ]

    def notes(self) -> tuple[Note, ...]:
        """Where no face of the whole clip was drawn."""
        return (no_face(),) if self._features is not None and not self._drawn else ()

    def lay(self, frame: Frame) -> Array:
        faces = self._faces.get(frame.index, [])
        return self._style.paint(frame.pixels, 1.0 if self._strength else 0, faces=faces)

    def steady(self, frame: Array, paint: Array) -> Array:
        return self._steadier(frame, paint) if self._strength else paint

    def finish(self, frame: Frame, paint: Array) -> Array:
        # Here and not where it is laid, which another process may have done.
        faces = self._faces.get(frame.index, [])
        self._drawn = self._drawn or self._style.draws_any(frame.pixels, faces)
        for old in [each for each in list(self._faces) if each <= frame.index]:
            del self._faces[old]
        finished = blend(frame.pixels, paint, self._strength)
        if self._where is None:
            return finished
        return lay_where(frame.pixels, finished, self._where.share(frame))


def _loaded(style: str | PathLike[str] | Style, options: dict[str, Any]) -> Style:
    if not isinstance(style, Style):
        return Style(style, at_once=frames_at_once(options.get("threads")), **options)
    if options:
        raise InputError(f"{sorted(options)} belong to the Style that is loaded already")
    return style


def _size_rule(size: SizeRule, max_side_px: Any) -> SizeRule:
    if max_side_px is None:
        return size
    if size is not None:
        raise InputError("max_side_px and size exclude each other")
    if not isinstance(max_side_px, int) or isinstance(max_side_px, bool) or max_side_px < 1:
        raise InputError(f"max_side_px is {max_side_px!r}, expected a whole number of at least 1")
    return lambda width, height: fit_max_side(width, height, max_side_px)
