"""Paint every frame of a clip or animation."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from paintreel.imaging.arrays import Array
from paintreel.stylize.steady import DEFAULT_STEADY, Steadier
from paintreel.stylize.style import DEFAULT_STYLE, Style, blend, check_strength

if TYPE_CHECKING:
    from paintreel.media.video import VideoReport


def stylize_video(
    src: str | PathLike[str],
    dst: str | PathLike[str],
    *,
    style: str | PathLike[str] | Style = DEFAULT_STYLE,
    strength: float = 1.0,
    steady: float = DEFAULT_STEADY,
    **options: Any,
) -> VideoReport:
    """Paint the clip `src` into `dst`; timestamps, sound and size are kept.

    `style` is a name, the path of a style file or a loaded `Style`; `strength` as in
    `Style.__call__`; `steady`, 0 to below 1, is the share of the paint that is carried along from
    the frame before where the motion explains the frame, against flicker. `options` are those of
    `paintreel.media.video.transform_video`: size, codec,
    crf, pixel_format, audio, overwrite, on_progress, cancel ... Alpha of animations is kept.

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

    return transform_video(src, dst, paint, **options)
