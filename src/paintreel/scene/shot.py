"""A shot as a file: what the options ask of it, checked before anything is painted, and made."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from paintreel.drawing.camera import CameraPath
from paintreel.drawing.layers import LayerStack
from paintreel.errors import InputError
from paintreel.jobs.job import Progress
from paintreel.media.colour_tags import BT709
from paintreel.media.encoding import plan_encoding
from paintreel.media.generated import GeneratedFrames, frame_rate
from paintreel.media.video import VideoReport, write_video
from paintreel.scene.options import DEFAULT_FPS, DEFAULT_MOVE, SceneOptions
from paintreel.scene.parallax import camera_path, shot_frames
from paintreel.scenes.from_category import DEFAULT_SIZE, check_scene_size

__all__ = ["Shot", "plan_shot"]


@dataclass(frozen=True)
class Shot:
    """A clip to be made of layers.

    margin_px  what the layers must hold beyond the picture: at the sides, above and below
    """

    options: SceneOptions
    dst: Path
    path: CameraPath
    rate: Fraction
    margin_px: tuple[int, int]

    @property
    def count(self) -> int:
        """How many frames it has."""
        return self.path.count(self.rate)

    @property
    def move(self) -> dict[str, Any]:
        """What a compositor needs to make the move again: see `layer_files.write_layers`."""
        return {
            "fps": float(self.rate),
            "ease": self.path.ease,
            "rows": self.path.rows,
            "frames": [[view.x, view.y, view.zoom] for view in self.path.views(self.rate)],
        }

    def make(self, stack: LayerStack, progress: Progress, done: int) -> VideoReport:
        """Render the painted layers and write the clip.

        done: how many steps of the job were done before, for the progress. Raises OutputError and
        CancelledError.
        """
        frames = GeneratedFrames(
            shot_frames(stack, self.path, self.rate),
            size_px=stack.size_px,
            rate=self.rate,
            count=self.count,
        )

        def on_progress(frame: int, count: int | None) -> None:
            if progress.on_frame is not None:
                progress.on_frame(done + frame, done + self.count)

        return write_video(
            frames,
            self.dst,
            encoding=self.options.encoding,
            overwrite=progress.overwrite,
            on_progress=on_progress,
            cancel=progress.cancel,
        )


def plan_shot(options: SceneOptions) -> Shot:
    """The shot that `options.parallax` asks for. Raises InputError and UnreadableFile."""
    assert options.parallax is not None
    dst = Path(options.parallax)
    if options.output is not None and Path(options.output).resolve() == dst.resolve():
        raise InputError(f"--parallax and -o are both {dst}; give the shot another name")
    rate = frame_rate(DEFAULT_FPS if options.fps is None else options.fps)
    path = camera_path(options.move or DEFAULT_MOVE, options.seconds, options.ease)
    size = options.size or DEFAULT_SIZE
    plan_encoding(dst, *size, BT709, options.encoding)
    needed = path.margin_px(size, rate)
    across, down = (max(pair) for pair in zip(needed, options.margin_px, strict=True))
    try:
        check_scene_size(size, (across, down), max_pixels=options.max_pixels)
    except InputError as error:
        if needed == (0, 0):
            raise
        raise InputError(
            f"the move shows too much beyond the picture: {error}; or move less"
        ) from None
    return Shot(options, dst, path, rate, (across, down))
