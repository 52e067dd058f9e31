"""The measures that can be asked for: by name, with scope, direction and need of a reference.

The definition of each is the docstring of its function in `paintreel.metrics`, which is loaded
when it is needed, so that the table itself costs nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from paintreel.errors import InputError

__all__ = [
    "GROUPS",
    "MEASURES",
    "Measure",
    "asked_by_name",
    "definition",
    "measure_of",
    "select_measures",
]

Direction = Literal["higher", "lower", "none"]
Scope = Literal["picture", "clip", "set"]
_PAIRED_ALIASES = {"lpips": "perceptual", "fid": "fd", "kid": "kd"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the table.

    name             what --metrics and the results call it
    label            in words
    group            what --metrics takes for all of its kind
    function         its function in `paintreel.metrics`, whose docstring defines it
    direction        "higher" or "lower" is better, "none" where neither is
    scope            of one picture (clips: mean over frames), one clip, or a whole set
    needs_reference  whether it compares with something
    needs_extractor  whether it is over the features of a network, whose name joins its own
    caveat           what a reader of the figure must know
    also             the function whose docstring the definition leans on
    """

    name: str
    label: str
    group: str
    function: str
    direction: Direction
    scope: Scope = "picture"
    needs_reference: bool = False
    needs_extractor: bool = False
    caveat: str = ""
    also: str = ""

    def named(self, extractor: str | None) -> str:
        """The name in results: over features it says of which network."""
        return f"{self.name}_{extractor}" if self.needs_extractor and extractor else self.name


_FEATURES = (
    "Only comparable with figures over the same network, which its name states; over other "
    "features than Inception-v3's it is not the published FID or KID."
)
_SCENE = (
    "A heuristic after seed 000's prose, not fitted to people's taste; its rank agreement with "
    "raters is in docs/metrics.md."
)
_TEMPORAL = (
    "Follows the motion of the reference clip; without a reference that of the clip itself, "
    "which flatters one that flickers."
)
_ALIGNED = "Needs pictures that show the same thing at the same place: a shift of a pixel costs."
_SPREAD = "Depends on the scale: compare pictures of one size."

_TABLE = (
    Measure("psnr", "PSNR, dB", "fidelity", "psnr", "higher", needs_reference=True,
            caveat=_ALIGNED + " Identical pictures have no finite value and are left out of the "
            "mean."),
    Measure("ssim", "SSIM", "fidelity", "ssim", "higher", needs_reference=True, caveat=_ALIGNED),
    Measure("ms_ssim", "MS-SSIM", "fidelity", "ms_ssim", "higher", needs_reference=True,
            caveat="Needs 161 pixels a side."),
    Measure("image_loss", "image loss", "fidelity", "image_loss", "lower", needs_reference=True,
            caveat="Seed 004 names it without a formula; this is the mean absolute error."),
    Measure("mse", "mean squared error", "fidelity", "mse", "lower", needs_reference=True),
    Measure("edge_ssim", "edge SSIM", "fidelity", "edge_ssim", "higher", needs_reference=True,
            caveat="Of edge maps: colour and brightness do not count."),
    Measure("ciede2000", "CIEDE2000", "fidelity", "mean_ciede2000", "lower",
            needs_reference=True,
            caveat="Made for small differences; above 10 it is an order rather than a distance. "
            "Pixels are taken as sRGB.", also="ciede2000"),
    Measure("perceptual", "perceptual distance", "fidelity", "perceptual_distance", "lower",
            needs_reference=True, needs_extractor=True,
            caveat="Without learnt weights, so not the published LPIPS; only comparable over the "
            "same network."),
    Measure("edge_correlation", "edge correlation", "abstraction", "edge_correlation", "higher",
            needs_reference=True, caveat="Of contours alone."),
    Measure("gini_gradient", "Gini of gradients", "abstraction", "gini_gradient", "none",
            caveat="Higher is more drawn, which need not be better. " + _SPREAD),
    Measure("texture_residual", "texture residual", "abstraction", "texture_residual", "none",
            caveat="Lower is flatter, which need not be better. " + _SPREAD),
    Measure("scene_richness", "scene richness", "scene", "scene_richness", "none",
            caveat="Counts elements; more need not be better. " + _SCENE),
    Measure("scene_complexity", "scene complexity", "scene", "scene_complexity", "none",
            caveat="More need not be better. " + _SCENE),
    Measure("element_distribution", "element distribution", "scene", "element_distribution",
            "higher", caveat=_SCENE),
    Measure("scene_coherence", "scene coherence", "scene", "scene_coherence", "higher",
            caveat="Flat pictures count as coherent. " + _SCENE),
    Measure("colour_coordination", "colour coordination", "scene", "colour_coordination",
            "higher", caveat="Grey pictures count as coordinated. " + _SCENE),
    Measure("lighting_effect", "lighting effect", "scene", "lighting_effect", "higher",
            caveat="Night scenes count as badly exposed. " + _SCENE),
    Measure("warping_error", "warping error", "temporal", "warping_error", "lower", "clip",
            caveat=_TEMPORAL),
    Measure("warping_kept", "kept by the warping mask", "temporal", "warping_error", "none",
            "clip", caveat="The share of pixels behind the warping error, not a score."),
    Measure("warping_ratio", "warping error over the reference's", "temporal", "warping_error",
            "lower", "clip", needs_reference=True,
            caveat="1 adds nothing to the reference; below 1 is smoother than it."),
    Measure("flicker", "flicker", "temporal", "flicker", "lower", "clip", caveat=_TEMPORAL,
            also="warping_error"),
    Measure("flicker_static", "static share", "temporal", "flicker", "none", "clip",
            caveat="The share of pixels behind flicker, not a score."),
    Measure("flicker_ratio", "flicker over the reference's", "temporal", "flicker", "lower",
            "clip", needs_reference=True,
            caveat="1 adds nothing to the reference; below 1 is steadier than it."),
    Measure("radial_spectrum_distance", "radial spectrum distance, dB", "distribution",
            "radial_spectrum_distance", "lower", "set", needs_reference=True,
            caveat="Of whole sets, matched or not. It has no interval here.",
            also="radial_spectrum"),
    Measure("fd", "Fréchet distance", "distribution", "frechet_distance", "lower", "set",
            needs_reference=True, needs_extractor=True,
            caveat="Biased upward, the more the fewer pictures: compare sets of one size. It has "
            "no interval here. " + _FEATURES),
    Measure("kd", "kernel distance", "distribution", "kernel_distance", "lower", "set",
            needs_reference=True, needs_extractor=True,
            caveat="Its sd and interval are those of random subsets: where one comparison of sets "
            "of that size would fall. Values below 0 are chance around 0. " + _FEATURES),
)  # fmt: skip

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _TABLE}
"""Every measure by its name, in the order of results."""
GROUPS = tuple(dict.fromkeys(measure.group for measure in _TABLE))
"""The groups of measures, in the order of results."""

_NOT_BY_DEFAULT = {"mse"}


def measure_of(result_name: str) -> Measure:
    """The measure that a name in results belongs to (`fd_dske` is `fd`)."""
    if result_name in MEASURES:
        return MEASURES[result_name]
    for measure in _TABLE:
        if measure.needs_extractor and result_name.startswith(f"{measure.name}_"):
            return measure
    raise InputError(f"{result_name!r} is the name of no measure")


def definition(measure: Measure) -> str:
    """Its docstrings in `paintreel.metrics`; empty where Python was told to drop docstrings."""
    from inspect import getdoc

    from paintreel import metrics

    functions = filter(None, (measure.function, measure.also))
    texts = (getdoc(getattr(metrics, function)) for function in functions)
    return "\n\n".join(text for text in texts if text)


def select_measures(
    asked: str | Sequence[str] | None,
    *,
    has_reference: bool,
    has_extractor: bool,
    only_sets: bool = False,
) -> tuple[Measure, ...]:
    """The measures of a run, in the order of the table.

    asked: names and groups, in one text with commas or one by one; "all" is every measure that
    can be taken. None takes, with a reference, the measures that compare with one and those over
    time, without a reference all that need none.
    only_sets: the reference is the statistics of a set, so that no file has a counterpart.

    Raises InputError for an unknown name (with the nearest), and for a measure that was asked
    for by its name and needs a reference or an extractor that is not there.
    """
    wanted = _split(asked)
    chosen: set[str] = set()

    def lack(measure: Measure) -> str | None:
        return _lack(measure, has_reference, has_extractor, only_sets)

    for word in wanted or ["default"]:
        if word in MEASURES:
            if reason := lack(MEASURES[word]):
                raise InputError(reason)
            chosen.add(word)
            continue
        members = [m for m in _TABLE if _belongs(m, word, has_reference)]
        if not members and word not in (*GROUPS, "all", "default"):
            raise InputError(_unknown(word))
        takeable = [m for m in members if lack(m) is None]
        if not takeable:
            raise InputError(f"{word}: {lack(members[0])}")
        chosen.update(m.name for m in takeable)
    return tuple(measure for measure in _TABLE if measure.name in chosen)


def asked_by_name(asked: str | Sequence[str] | None) -> frozenset[str]:
    """The measures that are named one by one, not as part of a group."""
    return frozenset(word for word in _split(asked) if word in MEASURES)


def _split(asked: str | Sequence[str] | None) -> list[str]:
    if asked is None:
        return []
    texts = [asked] if isinstance(asked, str) else asked
    words = [word.strip().lower().replace("-", "_") for text in texts for word in text.split(",")]
    words = [word for word in words if word]
    if not words:
        raise InputError("no measure is named; leave --metrics out for the usual ones")
    return words


def _belongs(measure: Measure, word: str, has_reference: bool) -> bool:
    if word == "default":
        if measure.name in _NOT_BY_DEFAULT:
            return False
        return measure.needs_reference or not has_reference or measure.group == "temporal"
    return word == "all" or measure.group == word


def _lack(
    measure: Measure, has_reference: bool, has_extractor: bool, only_sets: bool
) -> str | None:
    if measure.needs_reference and not has_reference:
        return f"{measure.name} compares with a reference; give one with --reference"
    if measure.needs_reference and only_sets and measure.scope != "set":
        return (
            f"{measure.name} compares file by file, and saved statistics hold no files; they serve "
            "fd, kd and radial_spectrum_distance"
        )
    if measure.needs_extractor and not has_extractor:
        return (
            f"{measure.name} is over the features of a network; give one with --extractor FILE.onnx"
        )
    return None


def _unknown(word: str) -> str:
    if word in _PAIRED_ALIASES:
        ours = _PAIRED_ALIASES[word]
        return (
            f"{word} is the name of one network's score; here it is {ours} over the features of "
            f"any network, whose name it gets: --metrics {ours} [--extractor FILE.onnx]"
        )
    near = difflib.get_close_matches(word, [*MEASURES, *GROUPS], n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return (
        f"no measure or group is called {word!r}; {hint}Groups: {', '.join(GROUPS)}, all. "
        f"Measures: {', '.join(MEASURES)}"
    )
