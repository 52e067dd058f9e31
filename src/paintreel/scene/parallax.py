"""A shot through a painted scene: its layers before a moving camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING

from paintreel.drawing.camera import MOVES, CameraPath, Ease, named_move, read_path
from paintreel.drawing.layers import LayerStack
from paintreel.drawing.multiplane import Multiplane
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.generated import frame_rate
from paintreel.near_names import did_you_mean, near_names
from paintreel.scene.felt import read_feeling
from paintreel.scene.layers import painted_stack
from paintreel.scene.options import DEFAULT_FPS, DEFAULT_MOVE, DEFAULT_SHOT_S
from paintreel.scenes import DEFAULT_METHOD
from paintreel.scenes.asked import ask
from paintreel.scenes.from_category import DEFAULT_SIZE, draw_scene
from paintreel.scenes.methods import open_method, tell_of_device
from paintreel.signatures import shown_plainly
from paintreel.worlds.conditions import FALLING, Conditions

if TYPE_CHECKING:
    from paintreel.runtime.model import BackendName, DeviceName
    from paintreel.runtime.tiling import Tile

__all__ = ["Move", "camera_path", "drawn_margin_px", "parallax", "shot_frames"]

Move = str | PathLike[str] | CameraPath | Sequence[Sequence[float]]
"""A name of `camera.MOVES`, a JSON file, rows [t_s, x, y, zoom], or a path that is made."""


@shown_plainly
def parallax(
    category: str | LayerStack,
    *,
    move: Move = DEFAULT_MOVE,
    seconds: float | None = None,
    ease: Ease | None = None,
    fps: float | Fraction = DEFAULT_FPS,
    time: str | None = None,
    season: str | None = None,
    weather: str | None = None,
    emotion: str | None = None,
    intensity: float | None = None,
    seed: int = 0,
    size: tuple[int, int] | None = None,
    method: str | PathLike[str] = DEFAULT_METHOD,
    strength: float = 1.0,
    backend: BackendName = "auto",
    device: DeviceName = "auto",
    threads: int | None = None,
    tile: Tile = "auto",
    on_layer: Callable[[int, int], None] | None = None,
) -> Iterator[Array]:
    """The frames of a shot through a scene, (H, W, 3) uint8 RGB, one by one.

        frames = paintreel.parallax("a castle at night", seed=3, move="in", size=(1280, 720))

        stack = paintreel.scene("medieval castle", seed=3, layers=True, margin=80)
        frames = paintreel.parallax(stack, move=[[0, 0, 0, 1], [4, 0.05, 0, 1.2]], fps=25)

    category  a name or words, whose layers are painted with the margin that the move needs before
              the first frame; or layers that are there (`paintreel.scene(..., layers=True)`): time,
              season, weather, emotion, seed, size and what follows it are then not asked for
    move      "left", "right", "in" or "out"; rows [t_s, x, y, zoom], or a JSON file of them: see
              `paintreel.drawing.camera`
    seconds   how long a move by name takes; default 6
    ease      "smooth" (default) starts and stops gently, "none" goes at one speed
    fps       frames a second, above 0 and at most 240
    on_layer  called with (layers painted, all layers)

    Weather moves as the rules say (`Layer.drift`): rain and snow fall, fog and clouds go by.

    The others are those of `paintreel.scene`. What is wrong raises at the call, not at the first
    frame: InputError, UnreadableFile for a file, and the errors of `paintreel.scene`.
    """
    rate = frame_rate(fps)
    path = camera_path(move, seconds, ease)
    if isinstance(category, LayerStack):
        stack = category
    else:
        feeling = read_feeling(emotion, intensity)
        felt = None if feeling is None else feeling.world
        asked = ask(category, time=time, season=season, weather=weather, feeling=felt)
        world, size = asked.category, size or DEFAULT_SIZE
        assert world is not None  # of words that name none `ask` raises
        painter = open_method(method, backend=backend, device=device, threads=threads, tile=tile)
        drawn = draw_scene(
            world,
            seed=seed,
            size=size,
            margin_px=drawn_margin_px(path.margin_px(size, rate), asked.conditions),
            conditions=asked.conditions,
        )
        stack = painted_stack(drawn, world, painter, strength, on_layer=on_layer)
        tell_of_device(painter)
    return shot_frames(stack, path, rate)


def shot_frames(stack: LayerStack, path: CameraPath, rate: Fraction) -> Iterator[Array]:
    """The frames of `parallax` of painted layers, `rate` a second.

    Raises InputError where the layers' margin is too small for the path.
    """
    needed = path.margin_px(stack.size_px, rate)
    if any(need > there for need, there in zip(needed, stack.margin_px, strict=True)):
        raise InputError(
            f"the layers have a margin of {stack.margin_px[0]} px at the sides and "
            f"{stack.margin_px[1]} px above and below, the move shows {needed[0]} and {needed[1]} "
            "px; give them more, or move less"
        )
    stand = Multiplane(stack)
    return (stand.frame(view, float(index / rate)) for index, view in enumerate(path.views(rate)))


def drawn_margin_px(needed_px: tuple[int, int], conditions: Conditions) -> tuple[int, int]:
    """The margin that a shot's layers are drawn with: what the move needs, and a pixel at least
    where something falls, which is then drawn so that it can go round."""
    if conditions.weather not in FALLING:
        return needed_px
    return max(needed_px[0], 1), max(needed_px[1], 1)


def camera_path(move: Move, seconds: float | None, ease: Ease | None = None) -> CameraPath:
    """The path that `move` says. Raises InputError and UnreadableFile."""
    if isinstance(move, str) and move in MOVES:
        return named_move(move, DEFAULT_SHOT_S if seconds is None else seconds, ease or "smooth")
    path = _own_path(move, ease)  # what is wrong with the move goes before what does not go with it
    if seconds is not None:
        raise InputError(
            f"seconds is {seconds:g}, which goes with the moves {', '.join(MOVES)}; a path has "
            "times of its own"
        )
    return path


def _own_path(move: Move, ease: Ease | None) -> CameraPath:
    """The path of a move that has no name. Raises InputError and UnreadableFile."""
    if isinstance(move, CameraPath):
        if ease not in (None, move.ease):
            raise InputError(f"ease is {ease!r}, but the path that is given has {move.ease!r}")
        return move
    if not isinstance(move, (str, PathLike)):
        return CameraPath(move, ease or "smooth")
    if str(move).endswith(".json"):
        return read_path(move, ease or "smooth")
    known = f"expected {', '.join(MOVES)}, or a JSON file of rows [t_s, x, y, zoom]"
    hint = did_you_mean(near_names(str(move), MOVES))
    raise InputError(f"move is {str(move)!r}, {known}" + (f"; {hint}" if hint else ""))
