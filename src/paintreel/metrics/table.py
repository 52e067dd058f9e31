"""The table of measures: everything that is said of one stands in its row.

The definition of each is the docstring of its function, which is loaded when it is needed, so
that the table itself costs nothing. A new measure is a function and a row here: from it come
`paintreel score --metrics`, the names of `paintreel.metrics`, the reports and docs/metrics.md.
Which of them answer what question stands in `metrics/questions.py`.
"""

from __future__ import annotations

from paintreel.errors import InputError
from paintreel.metrics.measure import Direction, FrameMeter, Measure, Scope, Takes, load
from paintreel.metrics.published import PUBLISHED

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
        plain="How far the pixels are from the reference's, on average.",
        anchor="20 is poor, 40 is hard to see",
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
        plain="Whether small patches have the reference's brightness, contrast and structure.",
        anchor="1 is identical",
        caveat=_ALIGNED + " Needs 11 pixels a side.",
    ),
    Measure(
        "ms_ssim", "MS-SSIM", "fidelity",
        "fidelity.ms_ssim", "pair", "higher",
        summary="SSIM over five scales, Wang 2003",
        bounds="0 to 1",
        plain="The same structure at five sizes, so that fine detail weighs less.",
        anchor="1 is identical",
        caveat="Needs 161 pixels a side.",
    ),
    Measure(
        "image_loss", "image loss", "fidelity",
        "fidelity.image_loss", "pair", "lower",
        summary="mean absolute error",
        bounds="0 to 1",
        plain="How far a channel of a pixel is off on average, as a share of full scale.",
        anchor="0 is identical",
        caveat="Tan 2024 names it without a formula; this is the mean absolute error.",
    ),
    Measure(
        "mse", "MSE", "fidelity",
        "fidelity.mse", "pair", "lower",
        summary="mean squared error",
        bounds="0 to 1",
        plain="The mean of squared differences: large ones weigh most.",
        anchor="0 is identical",
        usual=False,
    ),
    Measure(
        "edge_ssim", "edge SSIM", "fidelity",
        "fidelity.edge_ssim", "pair", "higher",
        summary="SSIM of Sobel edge maps, for contours",
        bounds="-1 to 1",
        plain="Whether edges lie where those of the reference lie, as strong as they are.",
        anchor="1 is identical",
        caveat="Of edge maps: colour and brightness do not count.",
    ),
    Measure(
        "ciede2000", "CIEDE2000", "fidelity",
        "colour_difference.mean_ciede2000", "pair", "lower",
        summary="mean colour difference, CIE 142-2001",
        bounds="0 up",
        plain="How far the colours have moved, as the eye sees it.",
        anchor="1 is just visible, above 10 is another colour",
        caveat=(
            "Made for small differences; above 10 it is an order rather than a distance. "
            "Pixels are taken as sRGB."
        ),
        also="colour_difference.ciede2000",
    ),
    Measure(
        "neutral_drift", "neutral drift", "fidelity",
        "colour_drift.neutral_drift", "pair", "lower",
        summary="median CIEDE2000 of what is grey in the reference, lightness made equal",
        bounds="0 up",
        plain="How far greys and whites have taken a tint.",
        anchor="2 is just seen",
        caveat="Not defined where hardly anything is grey. Shadows below L 30 do not count.",
        also="colour_drift.neutral_drift_p90",
    ),
    Measure(
        "skin_drift", "skin drift", "fidelity",
        "colour_drift.skin_drift", "pair", "lower",
        summary="median CIEDE2000 of the YCbCr box of skin (Chai, Ngan 1999), lightness made equal",
        bounds="0 up",
        plain="How far skin has changed its colour.",
        anchor="3 is seen",
        caveat="Wood and sand lie in the box too: for pictures of people.",
    ),
    Measure(
        "hue_drift", "hue drift", "fidelity",
        "colour_drift.hue_drift", "pair", "lower",
        summary="mean turn of hue in degrees, by chroma, where both have chroma over 12",
        bounds="0 to 180",
        plain="How far colours have become other colours: grass yellow, a sky green.",
        anchor="4 degrees are hardly seen",
        caveat="Of coloured parts alone.",
    ),
    Measure(
        "perceptual", "perceptual distance", "fidelity",
        "perceptual.perceptual_distance", "pair+extractor", "lower",
        summary=(
            "distance of unit-length feature maps, mean over layers; called "
            "`perceptual_NAME` after its network"
        ),
        bounds="0 to 4",
        plain="How different the two look to a network that knows media of pictures.",
        anchor="0 is identical",
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
        plain="Whether the contours are still the source's, whatever their colour and strength.",
        anchor="1 is all of them, 0 none",
        caveat="Of contours alone.",
    ),
    Measure(
        "gini_gradient", "Gini gradient", "abstraction",
        "abstraction.gini_gradient", "picture", "none",
        summary="Gini coefficient of gradient magnitudes",
        bounds="0 to 1",
        plain="How few pixels hold the edges: in a drawing few, in a photograph many.",
        anchor="photographs about 0.64, paintings above 0.71",
        caveat="Higher is more drawn, which need not be better. " + _SPREAD,
    ),
    Measure(
        "texture_residual", "texture residual", "abstraction",
        "abstraction.texture_residual", "picture", "none",
        summary="mean difference to a bilateral filter, 8-bit levels",
        bounds="0 to 255",
        plain="How much fine texture lies between the edges.",
        anchor="photographs about 1.8, flat paintings about 1",
        caveat="Lower is flatter, which need not be better. " + _SPREAD,
    ),
    Measure(
        "shape_correlation", "shape correlation", "abstraction",
        "abstraction.shape_correlation", "pair", "higher",
        summary="edge correlation of coarse contours, 1/160 of the longer side wide",
        bounds="-1 to 1",
        plain="Whether the picture still shows what its source shows.",
        anchor="1 is the same shapes, about 0 another picture",
        caveat="Coarse on purpose: contours may move by a pixel or two and lose their detail.",
        usual=False,
    ),
    Measure(
        "gini_gain", "Gini gain", "abstraction",
        "abstraction.gini_gain", "pair", "none",
        summary="Gini of gradients less that of the source",
        bounds="-1 to 1",
        plain="How much more of the contrast lies on few contours than in the source.",
        anchor="0 is the source itself, a blur is below 0, paintings gain about 0.1",
        below_zero="Below 0 the edges are spread wider than in the source, as by blur or noise.",
        caveat="Higher is more drawn, which need not be better. " + _SPREAD,
    ),
    Measure(
        "contours_over_blur", "contours over blur", "abstraction",
        "abstraction.contours_over_blur", "pair", "none",
        summary=(
            "1 - edge gradients of the source, in the picture's tones and blurred until as calm, "
            "over the picture's"
        ),
        bounds="below 1",
        plain="How much sharper the contours are than in a plain blur that calms as much.",
        anchor="0 is the source, a blur of it or a change of its tones; paintings gain 0.2 to 0.5",
        below_zero="Below 0 the contours are softer than a plain blur would leave them.",
        caveat=(
            "Higher is more drawn, which need not be better; sharpening gains too, so read it with "
            "the Gini gain. " + _SPREAD
        ),
    ),
    Measure(
        "detail_removed", "detail removed", "abstraction",
        "abstraction.detail_removed", "pair", "none",
        summary="1 - gradients over the source's, in the quiet half of the source",
        bounds="below 1",
        plain="How much of the source's fine detail is gone where the source is quiet.",
        anchor="0 is the source itself, 1 is nothing left",
        below_zero="Below 0 there is more detail than in the source: grain, bands, strokes.",
        caveat=(
            "Higher is flatter, which need not be better; a blur and a flat grey remove detail "
            "too, so read it with the Gini gain. " + _SPREAD
        ),
    ),
    Measure(
        "scene_richness", "scene richness", "scene",
        "scene.richness.scene_richness", "scene", "none",
        summary="number of elements n / (n + 40)",
        bounds="0 to 1",
        plain="How many things a picture shows.",
        caveat="Counts elements; more need not be better. " + _SCENE,
    ),
    Measure(
        "scene_complexity", "scene complexity", "scene",
        "scene.complexity.scene_complexity", "scene", "none",
        summary="elements, local contrast, colour entropy",
        bounds="0 to 1",
        plain="How much goes on in a picture.",
        caveat="More need not be better. " + _SCENE,
    ),
    Measure(
        "element_distribution", "element distribution", "scene",
        "scene.composition.element_distribution", "scene", "higher",
        summary="overlap, rule of thirds, saliency",
        bounds="0 to 1",
        plain="Whether the things of a picture stand apart and in the thirds.",
        caveat=_SCENE,
    ),
    Measure(
        "scene_coherence", "scene coherence", "scene",
        "scene.coherence.scene_coherence", "scene", "higher",
        summary="neighbours of one region, order of colours",
        bounds="0 to 1",
        plain="Whether neighbouring regions belong together.",
        caveat="Flat pictures count as coherent. " + _SCENE,
    ),
    Measure(
        "colour_coordination", "colour coordination", "scene",
        "scene.colour_coordination.colour_coordination", "scene", "higher",
        summary="hue harmony of the dominant colours",
        bounds="0 to 1",
        plain="Whether the main colours are in harmony.",
        caveat="Grey pictures count as coordinated. " + _SCENE,
    ),
    Measure(
        "lighting_effect", "lighting effect", "scene",
        "scene.lighting.lighting_effect", "scene", "higher",
        summary="consistent light, balanced highlights, exposure",
        bounds="0 to 1",
        plain="Whether the light is even and well exposed.",
        caveat="Night scenes count as badly exposed. " + _SCENE,
    ),
    Measure(
        "warping_error", "warping error", "temporal",
        "temporal.warping_error", "frames", "lower",
        summary="mean squared change along the motion, Lai 2018",
        bounds="0 to 1",
        plain="How much a clip changes along its own motion, where nothing should.",
        anchor="0 is steady",
        caveat=_TEMPORAL,
        computes=_STABILITY,
    ),
    Measure(
        "warping_kept", "warping kept", "temporal",
        "temporal.warping_error", "frames", "none",
        summary="share of pixels that the warping error is taken over",
        bounds="0 to 1",
        plain="How much of the clip the warping error could be taken of.",
        caveat=(
            "The share of pixels behind the warping error, not a score; below 0.5 the "
            "error says little."
        ),
        computes=_STABILITY,
    ),
    Measure(
        "warping_ratio", "warping ratio", "temporal",
        "temporal.warping_error", "frames+reference", "lower",
        summary="warping error over that of the reference",
        bounds="0 up",
        plain="How much steadier or less steady than its source a clip is.",
        anchor="1 is as steady as the source",
        caveat="1 adds nothing to the reference; below 1 is smoother than it.",
        computes=_STABILITY,
    ),
    Measure(
        "flicker", "flicker", "temporal",
        "temporal.flicker", "frames", "lower",
        summary="energy of luma that alternates, where nothing moves",
        bounds="0 to 1",
        plain="How much things shimmer that stand still.",
        anchor="0 is steady",
        caveat=_TEMPORAL + " A pan has no static pixel and no value.",
        computes=_STABILITY,
        also="temporal.warping_error",
    ),
    Measure(
        "flicker_static", "flicker static", "temporal",
        "temporal.flicker", "frames", "none",
        summary="share of static pixels",
        bounds="0 to 1",
        plain="How much of the clip stands still, which flicker is taken of.",
        caveat="The share of pixels behind flicker, not a score.",
        computes=_STABILITY,
    ),
    Measure(
        "flicker_ratio", "flicker ratio", "temporal",
        "temporal.flicker", "frames+reference", "lower",
        summary="flicker over that of the reference",
        bounds="0 up",
        plain="How much more or less than in the source things shimmer that stand still.",
        anchor="1 is as steady as the source",
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
        plain="Whether a set has the grain, blur and regular patterns of the other.",
        anchor="0 is alike",
        caveat="Of whole sets, matched or not; needs 64 pixels a side. It has no interval here.",
        computes="spectrum.mean_spectra_distance",
        also="spectrum.radial_spectrum",
    ),
    Measure(
        "fd", "Fréchet distance (fd)", "distribution",
        "distribution.frechet_distance", "statistics", "lower",
        summary="Fréchet distance of features; called `fd_NAME` after its network",
        bounds="0 up",
        plain="How far apart two sets look to a network, by the mean and spread of what it sees.",
        anchor="0 is alike",
        caveat=(
            "Biased upward, the more the fewer pictures: compare sets of one size; fewer "
            "pictures than features are refused without --allow-biased. It has no "
            "interval here. "
            + _FEATURES
        ),
    ),
    Measure(
        "kd", "kernel distance (kd)", "distribution",
        "distribution.kernel_distance", "vectors", "lower",
        summary=(
            "kernel distance (unbiased MMD², cubic kernel) of features; called `kd_NAME` "
            "after its network"
        ),
        bounds="around 0 up",
        plain="How far apart two sets look to a network, without bias for small sets.",
        anchor="about 0 is alike",
        below_zero=(
            "The estimate has no bias, so it falls below 0 by chance where two sets are alike: "
            "read a value below 0 as 0."
        ),
        caveat=(
            "Its sd and interval are those of random subsets: where one comparison of "
            "sets of that size would fall. "
            + _FEATURES
        ),
    ),
)  # fmt: skip

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _TABLE}
"""Every measure by its name, in the order of the table."""
GROUPS = tuple(dict.fromkeys(measure.group for measure in _TABLE))
"""The groups of measures, in the order of results."""


def measure_of(result_name: str) -> Measure:
    """The measure that a name in results belongs to (`fd_dske` is `fd`, and so is `fid`)."""
    if result_name in MEASURES:
        return MEASURES[result_name]
    for names in PUBLISHED.values():
        for name, published in names.items():
            if result_name == published:
                return MEASURES[name]
    for measure in _TABLE:
        if measure.needs_extractor and result_name.startswith(f"{measure.name}_"):
            return measure
    raise InputError(f"{result_name!r} is the name of no measure")


def definition(measure: Measure) -> str:
    """Its docstrings in `paintreel.metrics`; empty where Python was told to drop docstrings."""
    from inspect import getdoc

    texts = (getdoc(load(path)) for path in (measure.function, measure.also) if path)
    return "\n\n".join(text for text in texts if text)
