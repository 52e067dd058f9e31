"""One call for a scene, from a word and a seed or from a rough."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.imaging.arrays import Array, from_float, to_float
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.notes import Note, warn_of
from paintreel.pictures.kinds import as_image
from paintreel.pictures.still_grade import grade_pixels
from paintreel.pictures.strength import blend, check_strength
from paintreel.roughs.start import Start, read_start
from paintreel.scene.felt import FeltScene, read_feeling
from paintreel.scene.layers import painted_stack
from paintreel.scenes import DEFAULT_METHOD
from paintreel.scenes.asked import Asked, ask, check_start
from paintreel.scenes.from_category import DEFAULT_SIZE, draw_scene, paint_flat
from paintreel.scenes.kept_colours import in_colours_of
from paintreel.scenes.methods import Method, check_can_finish, open_method, tell_of_device
from paintreel.scenes.own_start import prepare_start
from paintreel.signatures import shown_plainly
from paintreel.worlds.categories import Category
from paintreel.worlds.feelings import WorldFeeling

if TYPE_CHECKING:
    from paintreel.drawing.layers import LayerStack
    from paintreel.runtime.model import BackendName, DeviceName
    from paintreel.runtime.tiling import Tile

__all__ = ["DEFAULT_SIZE", "paint_start", "scene"]


@shown_plainly
def scene(
    category: str | None = None,
    *,
    seed: int = 0,
    rough: Any = None,
    sketch: Any = None,
    time: str | None = None,
    season: str | None = None,
    weather: str | None = None,
    emotion: str | None = None,
    intensity: float | None = None,
    size: tuple[int, int] | None = None,
    method: str | PathLike[str] = DEFAULT_METHOD,
    strength: float = 1.0,
    resize: bool = False,
    layers: bool = False,
    margin: int | None = None,
    max_pixels: int | None = None,
    backend: BackendName = "auto",
    device: DeviceName = "auto",
    threads: int | None = None,
    tile: Tile = "auto",
) -> Any:
    """Paint a scene.

        picture = paintreel.scene("fantasy forest", seed=7, size=(1024, 576))   # a PIL image
        castle = paintreel.scene("a castle at night in the snow", seed=7)
        painted = paintreel.scene(rough=blocks, sketch=lines, category="forest")

    category    a name such as "fantasy forest", or words; beside a rough it is a hint and may be
                left out
    time        "dawn", "day", "dusk", "night"; None: as the words say, or the seed has it; of a
                sketch alone it is day. A rough has its own
    season, weather  as `worlds.conditions` has them, likewise
    emotion     that light, air and colours follow, and hour and weather where they are not said; a
                rough keeps its drawing. `intensity` 0 to 1 of it; default 0.7
    seed        0 to 4294967295; the same seed gives the same picture on every machine (1/255)
    rough       block-in of colours: path, PIL image or array of `imaging.arrays`
    sketch      lines on white or clear ground, likewise; alone it is coloured in as the category
    size        (width, height) in pixels; default 1024x576, or that of the rough
    method      a name of `scenes.methods.method_names`, or the path of a scene model
    strength    0 gives back what was given, 1 the picture; between, a block-in made whole shows
    resize      fit a sketch of another size to the rough
    layers      give the painted layers, a `paintreel.drawing.layers.LayerStack`: of each its name,
                rgba (H, W, 4) uint8 with straight alpha, and depth, 0 near to 1 sky
    margin      paint so many pixels more on each side: at most half of the shorter side
    max_pixels  limit of files read and pictures made, default 200 million; of words 4096x2304

    The last four are those of `Finisher`; a device that fails is warned of. A scene from a word
    says in `info["paintreel"]` what was understood. Gives a PIL image, or an (H, W, 3) array of the
    dtype of the rough (of the sketch without one) when that is an array. Transparency is laid on
    white. Raises InputError for what cannot be used, UnreadableFile and PictureTooLarge for files,
    UnknownModel for a method without weights.
    """
    check_strength(strength)
    own = rough is not None or sketch is not None
    feeling, world = _felt(emotion, intensity)
    asked = ask(
        category,
        time=time,
        season=season,
        weather=weather,
        feeling=world,
        own_start=own,
        has_light=rough is not None,
    )
    of_words = {"seed": seed != 0, "layers": layers, "margin": margin is not None}
    check_start(own, of_words=of_words, resize=resize)
    painter = open_method(method, backend=backend, device=device, threads=threads, tile=tile)
    if own:
        limit = max_pixels or DEFAULT_MAX_PIXELS
        start = read_start(rough, sketch, size=size, fit_sketch=resize, max_pixels=limit)
        result = _told_of(paint_start(start, asked, painter, strength, feeling=feeling))
        if not isinstance(sketch if rough is None else rough, np.ndarray):
            result = as_image(result)
    else:
        stack = _drawn(asked, seed, size or DEFAULT_SIZE, margin or 0, max_pixels)
        result = _of_layers(stack, asked, painter, strength, in_layers=layers)
    tell_of_device(painter)
    return result


def _felt(
    emotion: str | None, intensity: float | None
) -> tuple[FeltScene | None, WorldFeeling | None]:
    """The feeling, and as worlds have it; what stands in for it is warned of."""
    feeling = read_feeling(emotion, intensity)
    if feeling is None:
        return None, None
    warn_of(feeling.notes)
    return feeling, feeling.world


def _of_layers(
    stack: LayerStack, asked: Asked, painter: Method, strength: float, *, in_layers: bool
) -> Any:
    """The picture of a drawing with what was understood, or its painted layers."""
    category = _world_of(asked)
    if in_layers:
        return painted_stack(stack, category, painter, strength)
    image = as_image(paint_flat(stack, category, painter, strength))
    image.info["paintreel"] = asked.facts
    return image


def _drawn(
    asked: Asked, seed: int, size: tuple[int, int], margin_px: int, max_pixels: int | None
) -> LayerStack:
    """The drawing of what is asked for."""
    return draw_scene(
        _world_of(asked),
        seed=seed,
        size=size,
        margin_px=(margin_px, margin_px),
        max_pixels=max_pixels,
        conditions=asked.conditions,
    )


def _world_of(asked: Asked) -> Category:
    assert asked.category is not None  # else `ask` raises, where no start is given
    return asked.category


def _told_of(painted: tuple[Array, list[Note]]) -> Any:
    """The picture; of what was guessed of its start a Python program is warned."""
    picture, notes = painted
    warn_of([note for note in notes if note.kind != "paper-filled"])
    return picture


def paint_start(
    start: Start,
    asked: Asked,
    method: Method,
    strength: float = 1.0,
    *,
    feeling: FeltScene | None = None,
) -> tuple[Array, list[Note]]:
    """The picture (H, W, 3) painted from a start, in the dtype of `start.base`, and what was done.

    feeling: the block-in is made or graded for it before it is painted; of lines that cannot be
    coloured in, the painting.
    """
    check_strength(strength)
    check_can_finish(method)
    notes: list[Note] = []
    given = start.rough
    if strength > 0:
        conditions = asked.conditions
        if feeling is not None and conditions.feeling is None:
            conditions = replace(conditions, feeling=feeling.world)
        start, notes = prepare_start(start, asked.category, conditions, words=asked.nearest_to)
    is_made = start.rough is not given and start.rough.blocks is not None  # whole, or coloured in
    start = start if feeling is None else feeling.graded(start)
    if strength == 0:
        return start.base.copy(), notes
    finished = method.finish(start.rough, asked.category, dtype=start.base.dtype)
    if start.rough.blocks is not None:
        finished = in_colours_of(start.rough.blocks, finished)
    elif feeling is not None:
        finished, _ = grade_pixels(finished, feeling.script, feeling.moods, feeling.intensity)
    base = start.base
    if is_made:
        assert start.rough.blocks is not None
        base = from_float(to_float(start.rough.blocks), base.dtype)
    return blend(base, finished, strength), notes
