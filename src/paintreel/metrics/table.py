"""The table of measures: everything that is said of one stands in its row.

The definition of each is the docstring of its function, which is loaded when it is needed, so
that the table itself costs nothing. A new measure is a function and a row here: from it come
`paintreel score --metrics`, the names of `paintreel.metrics`, the reports and docs/metrics.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Protocol

from paintreel.errors import InputError

if TYPE_CHECKING:
    from paintreel.imaging.arrays import Array

__all__ = [
    "GROUPS",
    "MEASURES",
    "Direction",
    "FrameMeter",
    "Measure",
    "Scope",
    "Takes",
    "definition",
    "load",
    "measure_of",
]

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
    label      in words
    group      what --metrics takes for all of its kind
    function   "module.function" below `paintreel.metrics`, whose docstring defines it
    takes      how it is called, see `Takes`
    direction  "higher" or "lower" is better, "none" where neither is
    summary    what it is, in a line of docs/metrics.md
    bounds     of its values, in words
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
        """The name in results: over features it says of which network."""
        return f"{self.name}_{extractor}" if self.needs_extractor and extractor else self.name


def load(path: str) -> Any:
    """What stands at "module.name" below `paintreel.metrics`."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"paintreel.metrics.{module}"), name)


_FEATURES = (
    "Only comparable with figures over the same network, which its name states; over other "
    "features than Inception-v3's it is not the published FID or KID."
)
_SCENE = (
    "A heuristic after the prose of Liu and Zhao 2025, not fitted to people's taste; its rank "
    "agreement with raters is in docs/metrics.md."
)
_TEMPORAL = (
    "Follows the motion of the reference clip; without a reference that of the clip itself, "
    "which flatters one that flickers."
)
_ALIGNED = "Needs pictures that show the same thing at the same place: a shift of a pixel costs."
_SPREAD = "Depends on the scale: compare pictures of one size."

_STABILITY = "temporal.TemporalStability"

_TABLE = (
    Measure(
        "psnr", "PSNR, dB", "fidelity",
        "fidelity.psnr", "pair", "higher",
        summary="10 log10(1 / mse), dB, on RGB",
        bounds="0 to ∞",
        caveat=_ALIGNED + " Identical pictures have no finite value and are left out of the mean.",
    ),
    Measure(
        "ssim", "SSIM", "fidelity",
        "fidelity.ssim", "pair", "higher",
        summary=(
            "structural similarity, Wang 2004: 11x11 Gaussian window, σ 1.5, whole "
            "windows, mean over channels"
        ),
        bounds="-1 to 1",
        caveat=_ALIGNED + " Needs 11 pixels a side.",
    ),
    Measure(
        "ms_ssim", "MS-SSIM", "fidelity",
        "fidelity.ms_ssim", "pair", "higher",
        summary="SSIM over five scales, Wang 2003",
        bounds="0 to 1",
        caveat="Needs 161 pixels a side.",
    ),
    Measure(
        "image_loss", "image loss", "fidelity",
        "fidelity.image_loss", "pair", "lower",
        summary="mean absolute error",
        bounds="0 to 1",
        caveat="Tan 2024 names it without a formula; this is the mean absolute error.",
    ),
    Measure(
        "mse", "mean squared error", "fidelity",
        "fidelity.mse", "pair", "lower",
        summary="mean squared error",
        bounds="0 to 1",
        usual=False,
    ),
    Measure(
        "edge_ssim", "edge SSIM", "fidelity",
        "fidelity.edge_ssim", "pair", "higher",
        summary="SSIM of Sobel edge maps, for contours",
        bounds="-1 to 1",
        caveat="Of edge maps: colour and brightness do not count.",
    ),
    Measure(
        "ciede2000", "CIEDE2000", "fidelity",
        "colour_difference.mean_ciede2000", "pair", "lower",
        summary="mean colour difference, CIE 142-2001",
        bounds="0 up",
        caveat=(
            "Made for small differences; above 10 it is an order rather than a distance. "
            "Pixels are taken as sRGB."
        ),
        also="colour_difference.ciede2000",
    ),
    Measure(
        "perceptual", "perceptual distance", "fidelity",
        "perceptual.perceptual_distance", "pair+extractor", "lower",
        summary=(
            "distance of unit-length feature maps, mean over layers; called "
            "`perceptual_NAME` after its network"
        ),
        bounds="0 to 4",
        caveat=(
            "Without learnt weights, so not the published LPIPS; only comparable over the "
            "same network."
        ),
    ),
    Measure(
        "edge_correlation", "edge correlation", "abstraction",
        "abstraction.edge_correlation", "pair", "higher",
        summary="correlation of Laplacians of Gaussian with the reference (the source)",
        bounds="-1 to 1",
        caveat="Of contours alone.",
    ),
    Measure(
        "gini_gradient", "Gini of gradients", "abstraction",
        "abstraction.gini_gradient", "picture", "none",
        summary="Gini coefficient of gradient magnitudes",
        bounds="0 to 1",
        caveat="Higher is more drawn, which need not be better. " + _SPREAD,
    ),
    Measure(
        "texture_residual", "texture residual", "abstraction",
        "abstraction.texture_residual", "picture", "none",
        summary="mean difference to a bilateral filter, 8-bit levels",
        bounds="0 to 255",
        caveat="Lower is flatter, which need not be better. " + _SPREAD,
    ),
    Measure(
        "scene_richness", "scene richness", "scene",
        "scene.richness.scene_richness", "scene", "none",
        summary="number of elements n / (n + 40)",
        bounds="0 to 1",
        caveat="Counts elements; more need not be better. " + _SCENE,
    ),
    Measure(
        "scene_complexity", "scene complexity", "scene",
        "scene.complexity.scene_complexity", "scene", "none",
        summary="elements, local contrast, colour entropy",
        bounds="0 to 1",
        caveat="More need not be better. " + _SCENE,
    ),
    Measure(
        "element_distribution", "element distribution", "scene",
        "scene.composition.element_distribution", "scene", "higher",
        summary="overlap, rule of thirds, saliency",
        bounds="0 to 1",
        caveat=_SCENE,
    ),
    Measure(
        "scene_coherence", "scene coherence", "scene",
        "scene.coherence.scene_coherence", "scene", "higher",
        summary="neighbours of one region, order of colours",
        bounds="0 to 1",
        caveat="Flat pictures count as coherent. " + _SCENE,
    ),
    Measure(
        "colour_coordination", "colour coordination", "scene",
        "scene.colour_coordination.colour_coordination", "scene", "higher",
        summary="hue harmony of the dominant colours",
        bounds="0 to 1",
        caveat="Grey pictures count as coordinated. " + _SCENE,
    ),
    Measure(
        "lighting_effect", "lighting effect", "scene",
        "scene.lighting.lighting_effect", "scene", "higher",
        summary="consistent light, balanced highlights, exposure",
        bounds="0 to 1",
        caveat="Night scenes count as badly exposed. " + _SCENE,
    ),
    Measure(
        "warping_error", "warping error", "temporal",
        "temporal.warping_error", "frames", "lower",
        summary="mean squared change along the motion, Lai 2018",
        bounds="0 to 1",
        caveat=_TEMPORAL,
        computes=_STABILITY,
    ),
    Measure(
        "warping_kept", "kept by the warping mask", "temporal",
        "temporal.warping_error", "frames", "none",
        summary="share of pixels that the warping error is taken over",
        bounds="0 to 1",
        caveat=(
            "The share of pixels behind the warping error, not a score; below 0.5 the "
            "error says little."
        ),
        computes=_STABILITY,
    ),
    Measure(
        "warping_ratio", "warping error over the reference's", "temporal",
        "temporal.warping_error", "frames+reference", "lower",
        summary="warping error over that of the reference",
        bounds="0 up",
        caveat="1 adds nothing to the reference; below 1 is smoother than it.",
        computes=_STABILITY,
    ),
    Measure(
        "flicker", "flicker", "temporal",
        "temporal.flicker", "frames", "lower",
        summary="energy of luma that alternates, where nothing moves",
        bounds="0 to 1",
        caveat=_TEMPORAL + " A pan has no static pixel and no value.",
        computes=_STABILITY,
        also="temporal.warping_error",
    ),
    Measure(
        "flicker_static", "static share", "temporal",
        "temporal.flicker", "frames", "none",
        summary="share of static pixels",
        bounds="0 to 1",
        caveat="The share of pixels behind flicker, not a score.",
        computes=_STABILITY,
    ),
    Measure(
        "flicker_ratio", "flicker over the reference's", "temporal",
        "temporal.flicker", "frames+reference", "lower",
        summary="flicker over that of the reference",
        bounds="0 up",
        caveat="1 adds nothing to the reference; below 1 is steadier than it.",
        computes=_STABILITY,
    ),
    Measure(
        "radial_spectrum_distance", "radial spectrum distance, dB", "distribution",
        "spectrum.radial_spectrum_distance", "spectra", "lower",
        summary=(
            "RMS difference of mean radial power spectra, dB; sees checkerboards, grain "
            "and blur, not content"
        ),
        bounds="0 up",
        caveat="Of whole sets, matched or not; needs 64 pixels a side. It has no interval here.",
        computes="spectrum.mean_spectra_distance",
        also="spectrum.radial_spectrum",
    ),
    Measure(
        "fd", "Fréchet distance", "distribution",
        "distribution.frechet_distance", "statistics", "lower",
        summary="Fréchet distance of features; called `fd_NAME` after its network",
        bounds="0 up",
        caveat=(
            "Biased upward, the more the fewer pictures: compare sets of one size; fewer "
            "pictures than features are refused without --allow-biased. It has no "
            "interval here."
            + _FEATURES
        ),
    ),
    Measure(
        "kd", "kernel distance", "distribution",
        "distribution.kernel_distance", "vectors", "lower",
        summary=(
            "kernel distance (unbiased MMD², cubic kernel) of features; called `kd_NAME` "
            "after its network"
        ),
        bounds="around 0 up",
        caveat=(
            "Its sd and interval are those of random subsets: where one comparison of "
            "sets of that size would fall. Values below 0 are chance around 0."
            + _FEATURES
        ),
    ),
)  # fmt: skip

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _TABLE}
"""Every measure by its name, in the order of results."""
GROUPS = tuple(dict.fromkeys(measure.group for measure in _TABLE))
"""The groups of measures, in the order of results."""


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

    texts = (getdoc(load(path)) for path in (measure.function, measure.also) if path)
    return "\n\n".join(text for text in texts if text)
