"""Paint every frame of a clip or animation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any

from paintreel.imaging.arrays import Array
from paintreel.pictures.strength import blend, check_strength
from paintreel.stylize.options import DEFAULT_STEADY, DEFAULT_STYLE
from paintreel.stylize.steady import Steadier
from paintreel.stylize.style import Style

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import ClipKeywords
    from paintreel.media.frame import SizeRule
    from paintreel.media.video import VideoReport


def stylize_video(
    src: str | PathLike[str],
    dst: str | PathLike[str],
    *,
    style: str | PathLike[str] | Style = DEFAULT_STYLE,
    strength: float = 1.0,
    steady: float = DEFAULT_STEADY,
    size: SizeRule = None,
    loop: int | None = None,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
    **options: Unpack[ClipKeywords],
) -> VideoReport:
    """Paint the clip `src` into `dst`; timestamps, sound and size are kept.

    `style` is a name, the path of a style file or a loaded `Style`; `strength` as in
    `Style.__call__`; `steady`, 0 to below 1, is the share of the paint that is carried along from
    the frame before where the motion explains the frame, against flicker. The others are those of
    `paintreel.media.video.transform_video`: size, loop, on_progress, cancel, and `options`: codec,
    crf, preset, pixel_format, audio, fps, overwrite, max_pixels. Alpha of animations is kept.

    Raises UnreadableFile, VideoError and OutputError beside the errors of `Style`.
    """
    from paintreel.media.video import transform_video

    check_strength(strength)
    loaded = style if isinstance(style, Style) else Style(style)

    steadier = Steadier(steady)

    def paint(frame: Array) -> Array:
        if strength == 0:
            return loaded.paint(frame, 0)
        return blend(frame, steadier(frame, loaded.paint(frame, 1.0)), strength)

    return transform_video(
        src,
        dst,
        paint,
        size=size,
        loop=loop,
        on_progress=on_progress,
        cancel=cancel,
        **_without_none(options),
    )


def _without_none(options: ClipKeywords) -> Any:
    """Keywords that are given; None stands for what `transform_video` takes by itself."""
    return {name: value for name, value in options.items() if value is not None}
