"""`emotion`: who feels what in a clip, a sound or a picture, from Python."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from paintreel.emotion.options import EmotionOptions
from paintreel.emotions.finding import find_emotions
from paintreel.emotions.findings import EmotionFound
from paintreel.media.readings import OnProgress
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import EmotionKeywords

__all__ = ["emotion"]


@takes_options("emotion", "emotion")
def emotion(
    x: Any,
    *,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
    clock: Callable[[], float] = time.perf_counter,
    **options: Unpack[EmotionKeywords],
) -> EmotionFound:
    """Say who feels what in a clip, a sound or a picture, by voice and face.

        found = paintreel.emotion("scene.mp4")
        found.timeline                # [(0.0, {"anger": 0.7, ...}), (0.5, {...}), ...]
        found.emotion, found.shares   # of most of its time

    x            a path, an `audio.sound.Sound`, a PIL image or a numpy picture
    on_progress  called with (moments done, moments expected or None)
    cancel       set to stop before the next moment
    clock        gives seconds, for the processing time

    An empty entry of the timeline says that nobody speaks and no face is seen. Raises
    UnreadableFile, VideoError, InputError for files without sound and picture, PictureTooLarge,
    ModelFileError, CancelledError of `concurrent.futures`.
    """
    judging = EmotionOptions(inputs=("-",), **options).judging
    return find_emotions(x, judging, on_progress=on_progress, cancel=cancel, clock=clock)
