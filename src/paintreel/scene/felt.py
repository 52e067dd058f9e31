"""A scene for a feeling: what the worlds are drawn with, and how a start of one's own is graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from paintreel.errors import InputError
from paintreel.imaging.arrays import to_8bit
from paintreel.notes import Note
from paintreel.pictures.colour_measures import ColourMeasures
from paintreel.pictures.grading import ColourScript, aimed_at, look_between
from paintreel.pictures.still_grade import check_intensity, grade_pixels
from paintreel.roughs.rough import Rough
from paintreel.roughs.start import Start
from paintreel.runtime.colour_script import feeling_of, read_colour_script
from paintreel.runtime.emotions import find_emotion
from paintreel.scenes.own_start import is_as_given
from paintreel.worlds.feelings import WorldFeeling, felt_sky

__all__ = ["DEFAULT_INTENSITY", "FeltScene", "read_feeling"]

DEFAULT_INTENSITY = 0.7


@dataclass(frozen=True, eq=False)
class FeltScene:
    """The feeling of a scene.

    world  as worlds are drawn with it
    notes  what stands in for it
    """

    name: str
    intensity: float
    moods: Mapping[str, float]
    script: ColourScript
    world: WorldFeeling
    notes: tuple[Note, ...]

    def graded(self, start: Start) -> Start:
        """A start of one's own in its light: the colours of the block-in, the lines as they are.

        A sketch alone has no colours, or was coloured in this light; it comes back as it is.
        """
        blocks = start.rough.blocks
        if blocks is None or start.is_coloured_in:
            return start
        base, _ = grade_pixels(start.base, self.script, self.moods, self.intensity)
        if is_as_given(start):
            blocks = to_8bit(base)
        else:
            blocks, _ = grade_pixels(blocks, self.script, self.moods, self.intensity)
        return replace(start, rough=Rough(blocks, start.rough.lines), base=base)


def read_feeling(emotion: str | None, intensity: float | None) -> FeltScene | None:
    """The feeling that is asked for, None where none is or its intensity is 0.

    Raises InputError for an unknown emotion, naming the nearest, and for an intensity without one.
    """
    if emotion is None:
        if intensity is not None:
            raise InputError("intensity is of an emotion; give an emotion too")
        return None
    intensity = DEFAULT_INTENSITY if intensity is None else intensity
    check_intensity(intensity)
    if intensity == 0:
        return None
    felt = feeling_of(emotion)
    script = read_colour_script().script
    usual = ColourMeasures.of_vector(script.usual)
    look = look_between(usual, aimed_at(usual, script, felt.moods, intensity))
    name = find_emotion(emotion)
    world = WorldFeeling(name, look, felt_sky(felt.moods, intensity), intensity)
    return FeltScene(name, intensity, felt.moods, script, world, felt.notes)
