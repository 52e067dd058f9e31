"""`paintreel.fuse`: a clip that follows painted frames of it."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from paintreel.errors import InputError
from paintreel.fuse.adapting import adapt, can_adapt, sole_use, work_folder
from paintreel.fuse.colours import shot_colours
from paintreel.fuse.frames import Carrier, ColouredFrames, Finish, FusedFrames
from paintreel.fuse.keys import Painting, list_paintings, paintings_of, read_paintings
from paintreel.fuse.network import FusionNetwork
from paintreel.fuse.options import DEFAULT_ADAPT_S, DEFAULT_FUSE_STEADY, DEFAULT_MODEL
from paintreel.fuse.survey import SurveyedClip, survey_clip
from paintreel.fuse.where import place_of
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.length import check_length
from paintreel.media.readings import OnProgress, Readings
from paintreel.media.steadier import check_steady
from paintreel.media.steps import FrameWork
from paintreel.notes import Note
from paintreel.pictures.colour_moments import MomentTransfer
from paintreel.pictures.kinds import pixels_of
from paintreel.pictures.strength import check_strength
from paintreel.runtime.catalog import find_model
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import FuseKeywords
    from paintreel.media.video import VideoReport

__all__ = ["PreparedClip", "budget_text", "fuse", "given_paintings", "prepare"]

_OF_NETWORK = ("backend", "device", "threads")


@takes_options("fuse", "fuse")
def fuse(
    paintings: Any,
    clip: str | PathLike[str],
    dst: str | PathLike[str],
    *,
    key_frames: float | Sequence[float] = (),
    mask: Any = None,
    loop: int | None = None,
    on_progress: OnProgress | None = None,
    on_stage: Callable[[str], None] | None = None,
    cancel: threading.Event | None = None,
    **options: Unpack[FuseKeywords],
) -> VideoReport:
    """Paint the clip `clip` like painted frames of it into `dst`; times, sound and size are kept.

    paintings    a painting or several: files, folders, arrays (H, W, 3) or pictures
    key_frames   the time in seconds of the frame that each is of; () where their names say it, or
                 a painting is free: the clip gets its colours alone
    mask         paint only there: "faces", a file, or an array (H, W)
    loop         how often an animation plays, 0 for ever; None: as the source
    on_progress  called with (frames done, frames expected or None); learning counts as frames too
    on_stage     called with what is done now, in a few words
    cancel       set to stop: CancelledError of `concurrent.futures`

    The clip is read three times: for its shots, for the frames that are painted, and to be painted.
    A run that was stopped goes on from where its learning was. Raises UnreadableFile, VideoError,
    OutputError, TrainingError, and InputError for paintings that do not fit the clip.
    """
    from paintreel.media.encoding_settings import EncodingSettings
    from paintreel.media.video import transform_video

    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    strength, steady = given.pop("strength", 1.0), given.pop("steady", DEFAULT_FUSE_STEADY)
    check_strength(strength)
    check_steady(steady)
    src, out = Path(clip), Path(dst)
    limit = check_length(src, cast("int | None", given.pop("max_frames", None)))
    place = place_of(mask)
    told = Readings(on_progress, src, limit, parts=3, on_stage=on_stage)
    with sole_use(out):
        prepared = prepare(
            given_paintings(paintings, key_frames, given.get("max_pixels")),
            src,
            out,
            adapts=given.pop("adapt", True),
            budget=budget_text(
                given.pop("adapt_s", DEFAULT_ADAPT_S), given.pop("adapt_steps", None)
            ),
            model=given.pop("model", DEFAULT_MODEL),
            network_options={name: given.pop(name) for name in _OF_NETWORK if name in given},
            max_pixels=given.get("max_pixels") or MAX_FRAME_PIXELS,
            told=told,
            cancel=cancel,
        )
        told.stage("painting")
        work = prepared.work(steady=steady, strength=strength, finish=place)
        report = transform_video(
            src,
            out,
            work,
            loop=loop,
            on_progress=told.reading(2),
            cancel=cancel,
            encoding=EncodingSettings.taken_from(given),
            **given,
        )
        shutil.rmtree(work_folder(out), ignore_errors=True)
    of_place = () if place is None else place.notes()
    notes = (*prepared.all_notes, *of_place, *report.notes)
    return dataclasses.replace(report, notes=tuple(dict.fromkeys(notes)))


@dataclasses.dataclass(frozen=True, eq=False)
class PreparedClip:
    """Everything that is known before the first frame is painted.

    network: None with free paintings, of which there are the colours of each shot.
    """

    survey: SurveyedClip
    network: FusionNetwork | None
    colours: Mapping[int, MomentTransfer]
    notes: tuple[Note, ...]

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """With those of the network."""
        return self.notes if self.network is None else (*self.notes, *self.network.model.notes)

    def work(
        self,
        *,
        steady: float,
        strength: float,
        finish: Finish | None = None,
        carrier: Carrier | None = None,
    ) -> FrameWork[None]:
        """What is done to the frames, from the first on, or from where `carrier` is."""
        if self.network is None:
            return ColouredFrames(self.survey, self.colours, strength=strength, finish=finish)
        carrier = carrier or Carrier(self.survey)
        return FusedFrames(carrier, self.network, steady=steady, strength=strength, finish=finish)


def given_paintings(
    paintings: Any, key_frames: float | Sequence[float], max_pixels: int | None
) -> tuple[list[Painting], tuple[Note, ...]]:
    """What was handed in, read. Raises InputError where there is nothing, and UnreadableFile."""
    times = [key_frames] if isinstance(key_frames, (int, float)) else list(key_frames)
    for time_s in times:
        if not time_s >= 0:
            raise InputError(f"a key frame is at {time_s} s, expected 0 or more")
    several = paintings if isinstance(paintings, (list, tuple)) else [paintings]
    if not several:
        raise InputError("no painting was given; give one or more")
    if all(isinstance(each, (str, PathLike)) for each in several):
        paths = list_paintings(several)
        return read_paintings(paths, times, max_pixels=max_pixels or DEFAULT_MAX_PIXELS)
    if times and len(times) != len(several):
        raise InputError(f"got {len(times)} key frames for {len(several)} paintings; one for each")
    return paintings_of(
        (f"painting {i + 1}", pixels_of(each), times[i] if times else None)
        for i, each in enumerate(several)
    )


def budget_text(seconds: float, steps: int | None) -> str:
    """How long the key frames are learnt: for so many steps, or seconds where they are None."""
    return f"{seconds:g}s" if steps is None else f"{steps}steps"


def prepare(
    given: tuple[list[Painting], tuple[Note, ...]],
    clip: Path,
    dst: Path,
    *,
    adapts: bool,
    budget: str,
    model: str,
    network_options: dict[str, Any],
    max_pixels: int,
    told: Readings,
    cancel: threading.Event | None = None,
) -> PreparedClip:
    """Look the clip through and learn the key frames. budget: as of `budget_text`."""
    paintings, notes = given
    start = find_model(model, "fuse").path
    told.stage("looking through the clip")
    survey = survey_clip(
        clip, paintings, max_pixels=max_pixels, on_progress=told.reading(0), cancel=cancel
    )
    more: list[Note] = []
    keys = survey.all_keys
    if not keys:
        free = [each.pixels for each in paintings]
        colours = shot_colours(clip, survey.shots, free, max_pixels=max_pixels, cancel=cancel)
        return PreparedClip(survey, None, colours, (*notes, *survey.notes))
    if adapts and can_adapt():
        told.stage("learning the key frames")
        start = adapt(
            keys,
            dst,
            model=model,
            budget=budget,
            threads=network_options.get("threads"),
            on_share=told.on_share,
            cancel=cancel,
        )
    elif adapts:
        text = (
            "the key frames were not learnt, as training is not installed (pip install "
            "'paintreel[train]'): the result is farther from the painting"
        )
        more.append(Note("not-adapted", text))
    network = FusionNetwork(start, **network_options)
    return PreparedClip(survey, network, {}, (*notes, *survey.notes, *more))
