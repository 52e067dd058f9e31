"""The questions that measures can answer: which measures belong to each, and how they are read.

`paintreel score --for painting` and `paintreel compare --for painting` take the measures of a
question, and the first sentence of their reports answers it. A question has aspects. Of an aspect
one system is better where at least one of its measures says so by a test and none says the
opposite; of the whole question, where it is better in an aspect that counts and worse in none. No
figure is added to another: content kept and paint laid on have no common unit.

A requirement keeps out what is no answer at all. Every aspect of a painting but one is best in the
untouched photograph, and a flat grey is the flattest picture there is. So a painting has to show,
by the lower end of an interval over the pictures, that its edges are more drawn than the source's
(a copy: 0, a blur: below 0 unless it takes out grain, a flat grey: far below), that its contours
are sharper than those of a blur in its tones that calms as much (a copy, any blur, more contrast,
posterising: 0), and that it still shows what its source shows (another picture: 0). Results whose
whole interval lies below the least value miss the requirement; where it reaches across, it is open,
and nobody wins who has not shown it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from paintreel.errors import InputError
from paintreel.metrics.measure import Direction, Measure
from paintreel.near_names import did_you_mean, near_names

__all__ = [
    "ANY",
    "PAINTING",
    "QUESTIONS",
    "Aspect",
    "Question",
    "Requirement",
    "find_question",
    "parse_question",
]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One side of a question.

    name      what it is called in tables and JSON
    measures  names of `MEASURES`, the leading one first
    better    what a sentence says of the system that is better in it
    alike     its subject in "no difference is shown in ..."
    counts    whether it decides; an aspect that does not is reported, since either way may be meant
    """

    name: str
    measures: tuple[str, ...]
    better: str
    alike: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a set of results must show to be an answer: the mean of `measure` lies above `least`.

    failing     what is said of results that do not, after "is"
    succeeding  what is to be shown, after "show"
    """

    measure: str
    least: float
    failing: str
    succeeding: str


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know of results.

    name          the word of `--for`; "" for what is asked when nobody says
    help          what it is for, in a few words
    aspects       what counts and what is told beside it, in the order of reports
    requirements  what any answer must show, see the module
    directions    of measures that have none without a question: here more is wanted
    best          what the winner is called: "the better painting"
    needs_reference, needs_some   whether it cannot be asked without a reference, or without a
                  reference and a set of art both
    sets_by_reference   whether the references stand for the set that results should be like,
                  where no art is given
    """

    name: str
    help: str
    aspects: tuple[Aspect, ...]
    requirements: tuple[Requirement, ...] = ()
    directions: Mapping[str, Direction] = field(default_factory=dict)
    best: str = ""
    needs_reference: bool = False
    needs_some: bool = False
    sets_by_reference: bool = True

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure of it, in the order of its aspects; then those of its requirements."""
        named = [name for aspect in self.aspects for name in aspect.measures]
        return tuple(dict.fromkeys([*named, *(each.measure for each in self.requirements)]))

    def may_take(self, measure: Measure, *, has_art: bool) -> bool:
        """Whether a measure that could be taken answers the question.

        A painting is not to be like its sources as a set; to be like a set of art is another thing.
        """
        return measure.scope != "set" or has_art or self.sets_by_reference

    def direction(self, measure: Measure) -> Direction:
        """Which way is better of a measure, for this question."""
        return self.directions.get(measure.name, measure.direction)

    def aspect_of(self, measure: Measure) -> Aspect | None:
        """The aspect that a measure belongs to, None where it has no say."""
        return next((a for a in self.aspects if measure.name in a.measures), None)


_STEADY = Aspect(
    "steadiness", ("warping_ratio", "flicker_ratio"), "is steadier over time", "steadiness"
)
_SET = ("kd", "fd", "radial_spectrum_distance")

_SHOWS = "that the source is still to be seen"
_PAINTED = ("not painted by these measures", "that it is painted")

PAINTING = Question(
    "painting",
    "results are paintings of the reference",
    (
        Aspect(
            "content",
            ("edge_correlation", "edge_ssim", "perceptual"),
            "keeps more of the content",
            "content kept",
        ),
        Aspect(
            "abstraction",
            ("gini_gain", "contours_over_blur", "detail_removed"),
            "is more painted",
            "abstraction",
        ),
        _STEADY,
        Aspect("art", ("kd", "fd"), "lies nearer to the art", "distance to the art"),
        Aspect(
            "colour",
            ("neutral_drift", "hue_drift"),
            "stays nearer to the source's colours",
            "colours",
            counts=False,
        ),
    ),
    requirements=(
        Requirement("shape_correlation", 0.3, "no picture of its source", _SHOWS),
        Requirement("gini_gain", 0.02, *_PAINTED),
        Requirement("contours_over_blur", 0.1, *_PAINTED),
    ),
    directions=dict.fromkeys(("gini_gain", "contours_over_blur", "detail_removed"), "higher"),
    best="the better painting",
    needs_reference=True,
    sets_by_reference=False,
)
"""The least values: a fifth to a third of what the bundled styles do, and above what a blur,
greyscale, grain, sharpening and light compression reach in one of the two, on photographs of the
development part (docs/compare-with-another-tool.md has the table of the test part)."""

_RESTORATION = Question(
    "restoration",
    "results should equal the reference",
    (
        Aspect("pixels", ("psnr",), "is nearer in its pixels", "pixels"),
        Aspect("structure", ("ssim",), "is nearer in its structure", "structure"),
        Aspect("look", ("perceptual",), "is perceptually nearer", "perceptual distance"),
        _STEADY,
    ),
    best="the better restoration",
    needs_reference=True,
)
_SCENE = Question(
    "scene",
    "results are scenes: against the reference scenes, or a set of art",
    (
        Aspect("structure", ("ssim",), "is nearer in its structure", "structure"),
        Aspect("pixels", ("psnr",), "is nearer in its pixels", "pixels"),
        Aspect("look", ("perceptual",), "is perceptually nearer", "perceptual distance"),
        Aspect("set", _SET, "lies nearer to the set as a whole", "distance to the set"),
    ),
    best="the better scene",
    needs_some=True,
)

ANY = Question(
    "",
    "whatever was measured",
    (
        Aspect(
            "reference",
            (
                *("psnr", "ssim", "ms_ssim", "image_loss", "mse", "edge_ssim", "ciede2000"),
                *("perceptual", "edge_correlation", "shape_correlation"),
            ),
            "is nearer to the reference",
            "nearness to the reference",
        ),
        Aspect(
            "steadiness",
            ("warping_error", "warping_ratio", "flicker", "flicker_ratio"),
            "is steadier over time",
            "steadiness",
        ),
        Aspect("set", _SET, "lies nearer to the reference as a set", "distance as a set"),
    ),
)
"""What is asked when nobody says: it names no winner."""

QUESTIONS: dict[str, Question] = {
    question.name: question for question in (PAINTING, _RESTORATION, _SCENE)
}
"""Every question of `--for`, by its word."""


def parse_question(text: str) -> str:
    """A word of `QUESTIONS`. Raises InputError, with the nearest, for any other."""
    word = text.strip().lower()
    if word in QUESTIONS:
        return word
    known = "; ".join(f"{q.name} ({q.help})" for q in QUESTIONS.values())
    hint = did_you_mean(near_names(word, QUESTIONS), f"Questions: {known}")
    raise InputError(f"no question is called {text!r}; {hint}")


def find_question(word: str | None, *, has_reference: bool, has_art: bool) -> Question:
    """The question of a word, `ANY` for None.

    Raises InputError for a word that is none, and for a question that nothing given can answer.
    """
    if word is None:
        return ANY
    question = QUESTIONS[parse_question(word)]
    if question.needs_reference and not has_reference:
        raise InputError(
            f"--for {question.name}: {question.help}; say which with --reference FOLDER"
        )
    if question.needs_some and not (has_reference or has_art):
        raise InputError(
            f"--for {question.name}: give the pictures that the results should equal with "
            "--reference, or a set that they should be like with --art"
        )
    return question
