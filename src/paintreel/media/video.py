"""A clip in, every frame changed by a function, a clip out: time, sound and colour kept."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paintreel.errors import InputError, OutputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.geometry import fit_max_side
from paintreel.imaging.opencv_threads import few_opencv_threads
from paintreel.media.animated_png import AvifWriter, PngWriter
from paintreel.media.clip import MAX_FRAME_PIXELS, VideoInfo, animation_format
from paintreel.media.containers import Container
from paintreel.media.encoding import EncodingPlan, check_settings, plan_encoding
from paintreel.media.encoding_settings import DEFAULT_ENCODING, EncodingSettings
from paintreel.media.frame import Frame, FrameSource, SizeRule
from paintreel.media.frame_rate import FewerFrames, check_fps, even_rate
from paintreel.media.kept_steps import shape_steps
from paintreel.media.pipeline import Ahead, run_stages
from paintreel.media.probe import is_video, probe
from paintreel.media.reader import read_frames
from paintreel.media.sequence import SequenceWriter, atomic_folder
from paintreel.media.steps import FrameWork, TwoSteps, work_of
from paintreel.media.writer import ClipWriter, FrameSink
from paintreel.notes import Note, merge_notes

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = [
    "EncodingSettings",
    "Frame",
    "TwoSteps",
    "VideoInfo",
    "VideoReport",
    "is_video",
    "probe",
    "read_frames",
    "transform_video",
    "write_video",
]

# Between two stages wait at most three frames, or the packets that go with them; two where there
# is a stage more.
_FRAME_COST, _PACKET_COST = 16, 1
_CAPACITY, _CAPACITY_OF_TWO_STEPS = 3 * _FRAME_COST, 2 * _FRAME_COST
_PAINTED_BITS = 8  # a channel, of the arrays that the function gets


@dataclass(frozen=True, slots=True)
class VideoReport:
    """What `transform_video` did.

    `frames` were written; `broken` pieces of the source were damaged and skipped; `dropped`
    frames come too fast for the container. `duration_s` is from the start of
    the first frame to the end of the last, `width` and `height` are those stored, in pixels.
    `audio` and `subtitles` say what became of each stream, `notes` all that is not as it was.
    """

    frames: int
    broken: int
    dropped: int
    duration_s: float
    width: int
    height: int
    encoder: str
    pixel_format: str
    audio: tuple[str, ...] = ()
    subtitles: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def transform_video(
    src: str | PathLike[str],
    dst: str | PathLike[str],
    fn: Callable[[Array], Array] | TwoSteps[Any] | FrameWork[Any],
    *,
    size: SizeRule = None,
    encoding: EncodingSettings = DEFAULT_ENCODING,
    audio: bool = True,
    loop: int | None = None,
    fps: float | None = None,
    alpha: bool | None = None,
    overwrite: bool = False,
    max_pixels: int = MAX_FRAME_PIXELS,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> VideoReport:
    """Write `src`, a clip or an animated picture, to `dst` with `fn` applied to every frame.

    `fn` maps a frame (H, W, 3) uint8 RGB to another of the same shape, and leaves the array it
    returned alone afterwards; it runs in the calling thread while two others decode and encode.
    As `TwoSteps`, its first step runs in further threads. Some ten frames are in memory, with two
    first steps at once some fifteen, however long the clip is. A `FrameWork` may look ahead.

    Each frame keeps its time: exactly in MP4 and MOV, to the millisecond in Matroska and WebM,
    to the hundredth of a second in GIF. Sound and subtitles are copied packet by packet where
    the container holds their codec; other sound is encoded anew. Colour tags are kept; untagged
    clips are read as BT.709 from 720 lines on and as BT.601 below, and tagged so.

    `size` resizes frames before `fn`. The suffix of `dst` chooses the container, and a codec where
    `encoding` has none; codec "png" writes a folder. `loop` is how often an animation plays, 0 for
    ever (None: as the source; for ever from a video). `fps` is the most frames a second that are
    changed and written, each at its own time (None: all). `alpha` says whether the frames that a
    `FrameWork` gives are transparent (None: as those of the source); where what is written holds no
    transparency, true is an InputError. A clip that becomes a GIF gets at most 15
    of them, and 640 pixels a side, unless `fps` and `size` say otherwise.
    `on_progress(done, expected)` is called after each frame, `expected` None when unknown. Setting
    `cancel` stops before the next frame.

    `dst` appears whole or not at all. Raises `UnreadableFile`, `VideoError`, `PictureTooLarge`,
    `InputError` (settings that do not go together, a wrong result of `fn`), `OutputError`,
    `CancelledError` of `concurrent.futures`, and whatever `fn` and `on_progress` raise.
    """
    src, dst = Path(src), Path(dst)
    _check_target(dst)
    container, _ = check_settings(dst, encoding)
    usual = _UsualSize(container, src) if size is None else None
    with read_frames(src, size=usual or size, max_pixels=max_pixels) as source:
        if dst.exists() and dst.samefile(src):
            raise OutputError(f"the output {dst} is the input; name another file")
        thinner = _thinner(container, source.info, fps)
        plan = plan_encoding(
            dst,
            source.width,
            source.height,
            source.info.shown_tags,
            encoding,
            alpha=source.info.has_alpha if alpha is None else alpha,
            source=source.info.exact_pixel_format,
        )
        if alpha and not plan.keeps_alpha:
            raise InputError(
                f"{dst} cannot hold transparency in {plan.codec.name}; write .webm or .gif, .mov "
                "with --codec prores, or a folder with --codec png"
            )
        if loop is None:
            loop = source.info.loop if source.info.is_animation else 0
        events = source.events() if thinner is None else thinner(source.events())
        work = shape_steps(work_of(fn), events, dst)
        with _opened_sink(dst, plan, source, audio=audio, loop=loop, overwrite=overwrite) as sink:
            stages = _Stages(source, sink, work, on_progress, cancel)
            stages.run(events)
        extra = (*(usual.notes() if usual else ()), *(thinner.notes() if thinner else ()))
        return stages.report(plan, extra)  # now that the end is written


def write_video(
    source: FrameSource,
    dst: str | PathLike[str],
    *,
    encoding: EncodingSettings = DEFAULT_ENCODING,
    loop: int = 0,
    overwrite: bool = False,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> VideoReport:
    """Write the frames of `source`, which a program may make (`GeneratedFrames`), to `dst`.

    They are taken from it in one thread and encoded in another; sound that it has is copied.
    Settings, times and errors are those of `transform_video`.
    """
    dst = Path(dst)
    _check_target(dst)
    plan = plan_encoding(
        dst,
        source.width,
        source.height,
        source.info.tags,
        encoding,
        alpha=source.info.has_alpha,
    )
    with _opened_sink(dst, plan, source, audio=True, loop=loop, overwrite=overwrite) as sink:
        work = work_of(lambda pixels: pixels)
        stages = _Stages(source, sink, work, on_progress, cancel)
        stages.run(source.events())
    return stages.report(plan)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A frame and what its first step gave."""

    frame: Frame
    result: Any


class _Stages:
    """The work on one item, and the count of what has been done."""

    def __init__(
        self,
        source: FrameSource,
        sink: FrameSink,
        work: FrameWork[Any],
        on_progress: Callable[[int, int | None], None] | None,
        cancel: threading.Event | None,
    ) -> None:
        self._source, self._sink, self._work = source, sink, work
        self._on_progress, self._cancel = on_progress, cancel
        self._done = 0
        self._first: Frame | None = None
        self._last: Frame | None = None

    def run(self, events: Iterator[Frame | Packet[Stream]]) -> None:
        """Read, change and write everything."""
        ahead, capacity = None, _CAPACITY
        if self._work.at_once:
            ahead, capacity = Ahead(self._begin, self._work.at_once), _CAPACITY_OF_TWO_STEPS
        with few_opencv_threads():
            run_stages(
                events,
                self._transform,
                self._write,
                finish=lambda: self._told(self._work.finish()),
                capacity=capacity,
                cost=_cost,
                ahead=ahead,
            )

    def _begin(self, item: Frame | Packet[Stream]) -> Callable[[], _Begun | Packet[Stream]]:
        """The first step of a frame; packets go by. Runs in the reading thread."""
        if not isinstance(item, Frame):
            return lambda: item
        step = self._work.begin(item)
        return lambda: _Begun(item, step())

    def _transform(self, item: Frame | _Begun | Packet[Stream]) -> Iterator[Frame | Packet[Stream]]:
        """What is ready now that a frame has come; packets go by. Runs in the calling thread."""
        self._check_cancelled()
        if isinstance(item, _Begun):
            yield from self._told(self._work.push(item.frame, item.result))
        elif isinstance(item, Frame):
            yield from self._told(self._work.push(item, None))
        else:
            yield item

    def _told(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            self._check_cancelled()
            self._done += 1
            if self._on_progress is not None:
                self._on_progress(self._done, self._source.info.expected_frames)
            yield frame

    def _check_cancelled(self) -> None:
        if self._cancel is not None and self._cancel.is_set():
            raise CancelledError("cancelled; nothing was written")

    def _write(self, item: Frame | Packet[Stream]) -> None:
        """Encode a frame or carry a packet over. Runs in the writing thread."""
        if not isinstance(item, Frame):
            self._sink.write_packet(item)
            return
        self._sink.write(item)
        times = replace(item, pixels=item.pixels[:0], alpha=None)
        self._first, self._last = self._first or times, times

    def report(self, plan: EncodingPlan, extra: tuple[Note, ...] = ()) -> VideoReport:
        """What was done, after the end; `extra` notes come after those of the source."""
        first, last, info = self._first, self._last, self._source.info
        assert first is not None  # a source without frames raises
        assert last is not None
        span = last.pts + last.duration - first.pts
        notes = [*self._source.notes(), *extra, *self._work.notes(), *plan.notes]
        notes += self._sink.notes()
        if info.bits > _PAINTED_BITS and not info.hdr:
            text = f"{info.bits} bits a channel of the source become {_PAINTED_BITS}"
            notes.append(Note("bits-reduced", text, loss=True))
        if info.interlaced:
            text = "the source is interlaced; remove the combs first: ffmpeg -vf bwdif"
            notes.append(Note("interlaced", text))
        if info.pixel_aspect != 1 and not plan.keeps_pixel_aspect:
            notes.append(_aspect_lost(info, plan))
        return VideoReport(
            frames=self._done - self._sink.dropped,
            broken=self._source.broken,
            dropped=self._sink.dropped,
            duration_s=float(span * last.time_base),
            width=plan.width,
            height=plan.height,
            encoder=plan.codec.encoder,
            pixel_format=plan.pixel_format,
            audio=self._sink.audio,
            subtitles=self._sink.subtitles,
            notes=merge_notes(notes),
        )


class _UsualSize:
    """The size of a clip in `container` that none was asked for: a size rule that keeps count."""

    def __init__(self, container: Container, src: Path) -> None:
        self._container = container
        self._applies = container.usual_side_px is not None and animation_format(src) is None
        self._before = self._after = (0, 0)

    def __call__(self, width: int, height: int) -> tuple[int, int]:
        self._before = self._after = width, height
        if self._applies and self._container.usual_side_px is not None:
            self._after = fit_max_side(width, height, self._container.usual_side_px)
        return self._after

    def notes(self) -> tuple[Note, ...]:
        if self._before == self._after:
            return ()
        (wide, high), (new_wide, new_high) = self._before, self._after
        text = (
            f"{wide}x{high} made {new_wide}x{new_high} for a {self._container.title}; "
            f"--max-side {max(wide, high)} keeps it"
        )
        return (Note("size-reduced", text, loss=True),)


def _thinner(container: Container, info: VideoInfo, fps: float | None) -> FewerFrames | None:
    """What leaves frames out for the rate that was asked for, or for the container's usual one."""
    if fps is not None:
        check_fps(fps)
        return FewerFrames(Fraction(str(fps)), f"for {fps:g} a second", loss=False)
    if container.usual_rate is None or info.is_animation:
        return None
    rate = even_rate(info.rate, container.usual_rate)
    if info.rate is not None and rate == info.rate and not info.variable_rate:
        return None
    text = f"for {float(rate):g} a second, as a {container.title}; --fps N keeps more"
    return FewerFrames(rate, text, loss=True)


def _check_target(dst: Path) -> None:
    """Raise `OutputError` for what cannot be replaced by a file: a pipe, a device, a socket."""
    with suppress(OSError):  # what is not there, or not to be seen, is the writer's to judge
        mode = dst.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise OutputError(f"cannot write {dst}: it is a pipe or a device, not a regular file")


def _aspect_lost(info: VideoInfo, plan: EncodingPlan) -> Note:
    aspect = info.pixel_aspect
    wide = round(info.width * aspect)
    text = (
        f"pixels are {aspect.numerator}:{aspect.denominator}, which {plan.container.format} with "
        f"{plan.codec.encoder} cannot tell: shown as square; write .mp4, or make them square with "
        f"--size {wide}x{info.height}"
    )
    return Note("pixel-aspect-lost", text, loss=True)


def _cost(item: Frame | _Begun | Packet[Stream]) -> int:
    return _FRAME_COST if isinstance(item, (Frame, _Begun)) else _PACKET_COST


@contextmanager
def _opened_sink(
    dst: Path, plan: EncodingPlan, source: FrameSource, *, audio: bool, loop: int, overwrite: bool
) -> Iterator[FrameSink]:
    """A writer whose result appears under `dst` when the block ends well."""
    folder = plan.container.kind == "folder"
    with (atomic_folder if folder else atomic_path)(dst, overwrite=overwrite) as partial:
        sink: FrameSink
        if folder:
            sink = SequenceWriter(partial, source, audio=audio)
        elif plan.container.of_pictures:
            writer = AvifWriter if plan.container.format == "avif" else PngWriter
            # Of a GIF the first frame does not tell whether later ones are transparent.
            alpha = plan.keeps_alpha or source.info.container == "gif"
            sink = writer(partial, source, alpha=alpha, loop=loop, audio=audio)
        else:
            sink = ClipWriter(partial, plan, source, audio=audio, loop=loop)
        try:
            yield sink
            sink.close()
        except BaseException:
            sink.abort()
            raise
