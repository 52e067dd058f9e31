"""What is said of one measure: its row in the table, and how it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Protocol

from paintreel.metrics.published import PUBLISHED

if TYPE_CHECKING:
    from paintreel.imaging.arrays import Array

__all__ = ["Direction", "FrameMeter", "Measure", "Scope", "Takes", "load"]

Direction = Literal["higher", "lower", "none"]
Scope = Literal["picture", "clip", "set"]
Takes = Literal[
    "picture",
    "scene",
    "pair",
    "pair+extractor",
    "frames",
    "frames+reference",
    "spectra",
    "statistics",
    "vectors",
]
"""How a measure is called.

Of one picture, giving a number:
    picture           f(picture)
    scene             f(ScenePicture), which knows the elements and regions of the picture
    pair              f(generated, reference)
    pair+extractor    f(generated, reference, extractor)

Of one clip, the class of a `FrameMeter`:
    frames            with the reference or without
    frames+reference  with it only

Of two sets, generated and reference:
    spectra           f(spectrum, spectrum), the mean radial spectra (bins,); gives a number
    statistics        f(FeatureStatistics, FeatureStatistics, allow_biased=bool); gives a number
    vectors           f(vectors, vectors, rng=Generator), both (n, D); gives a `KernelDistance`
"""


class FrameMeter(Protocol):
    """What is fed the frames of one clip; several rows may be computed by one class."""

    def update(self, frame: Array, reference: Array | None, /) -> None:
        """Take the next frame and the one of the reference that belongs to it, if there is one.

        Raises InputError for a frame that it cannot take; it gets no more then."""

    def scores(self) -> Mapping[str, float | str]:
        """Name of a row -> value, or why it has none. Raises InputError where nothing has."""
        ...


_SCOPES: dict[Takes, Scope] = {
    **dict.fromkeys(("picture", "scene", "pair", "pair+extractor"), "picture"),
    **dict.fromkeys(("frames", "frames+reference"), "clip"),
    **dict.fromkeys(("spectra", "statistics", "vectors"), "set"),
}
_NEED_NO_REFERENCE = {"picture", "scene", "frames"}
_NEED_EXTRACTOR = {"pair+extractor", "statistics", "vectors"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the table.

    name       what --metrics and the results call it
    label      the name in words, as sentences and pages have it: nothing else than `name` says
    group      what --metrics takes for all of its kind
    function   "module.function" below `paintreel.metrics`, whose docstring defines it
    takes      how it is called, see `Takes`
    direction  "higher" or "lower" is better, "none" where neither is
    summary    what it is, in a line of docs/metrics.md
    plain      what it says, in one plain sentence of the reports and of docs/metrics.md
    bounds     of its values, in words
    anchor     values to hold a figure against, in a few words ("1 is identical")
    below_zero what a value below 0 means, where that needs a word
    caveat     what a reader of the figure must know
    computes   "module.name" of what is called, where that is not `function` itself
    also       "module.function" of a function whose docstring the definition leans on
    usual      whether it is taken when nobody names measures
    """

    name: str
    label: str
    group: str
    function: str
    takes: Takes
    direction: Direction
    summary: str
    bounds: str
    plain: str = ""
    anchor: str = ""
    below_zero: str = ""
    caveat: str = ""
    computes: str = ""
    also: str = ""
    usual: bool = True

    @property
    def scope(self) -> Scope:
        """Of one picture (clips: mean over frames), one clip, or a whole set."""
        return _SCOPES[self.takes]

    @property
    def needs_reference(self) -> bool:
        """Whether it compares with something."""
        return self.takes not in _NEED_NO_REFERENCE

    @property
    def needs_extractor(self) -> bool:
        """Whether it is over the features of a network, whose name joins its own."""
        return self.takes in _NEED_EXTRACTOR

    @property
    def function_name(self) -> str:
        """Of its function in `paintreel.metrics`."""
        return self.function.rpartition(".")[2]

    @property
    def call(self) -> Callable[..., Any]:
        """What is called, as `takes` says."""
        function: Callable[..., Any] = load(self.computes or self.function)
        return function

    def named(self, extractor: str | None) -> str:
        """The name in results: over features it says of which network, or is the published one."""
        if not (self.needs_extractor and extractor):
            return self.name
        return PUBLISHED.get(extractor, {}).get(self.name, f"{self.name}_{extractor}")


def load(path: str) -> Any:
    """What stands at "module.name" below `paintreel.metrics`."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"paintreel.metrics.{module}"), name)
