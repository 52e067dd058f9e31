"""The figures that Liu and Zhao 2025 publish, and why ours may differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paintreel.learn.experiments.scene.conditions import FULL
from paintreel.learn.experiments.scene.results import Results

SCENES = (
    ("fantasy forest", "forest"),
    ("future city", "settlement"),
    ("medieval castle", "settlement"),
    ("underwater world", "water"),
    ("starry universe", "night_sky"),
)
"""Columns of the paper's tables, and the category of our panels that stands for each."""


@dataclass(frozen=True)
class PaperTable:
    """One of the paper's tables.

    measure  ours that stands beside it
    scale    by which the paper's values are divided to lie in 0 to 1, as ours do
    cells    {system: values in the order of SCENES}
    """

    number: int
    title: str
    measure: str
    scale: float
    cells: dict[str, tuple[float, ...]]

    def mean(self, system: str) -> float | None:
        """Mean of the paper's cells, in 0 to 1; its own column of means has its rows upside down
        below the first (0.66 beside cells of 0.34 to 0.38), and is not used."""
        cells = self.cells.get(system)
        return None if cells is None else sum(cells) / len(cells) / self.scale


TABLES = (
    PaperTable(
        2,
        "Scene coherence",
        "scene_coherence",
        1.0,
        {
            "mffcn": (0.82, 0.80, 0.81, 0.79, 0.78),
            "grbm": (0.38, 0.36, 0.37, 0.35, 0.34),
            "svmm": (0.45, 0.43, 0.44, 0.42, 0.41),
            "cdlm": (0.68, 0.66, 0.67, 0.65, 0.64),
            "osdlm": (0.62, 0.60, 0.61, 0.59, 0.58),
        },
    ),
    PaperTable(
        3,
        "Rationality of the distribution of elements",
        "element_distribution",
        10.0,
        {
            "mffcn": (8.1, 7.9, 8.0, 7.8, 7.7),
            "grbm": (3.0, 2.8, 2.9, 2.7, 2.6),
            "svmm": (4.2, 4.0, 4.1, 3.9, 3.8),
            "cdlm": (6.5, 6.3, 6.4, 6.2, 6.1),
            "osdlm": (5.8, 5.6, 5.7, 5.5, 5.4),
        },
    ),
    PaperTable(
        4,
        "Colour coordination",
        "colour_coordination",
        1.0,
        {
            "mffcn": (0.85, 0.83, 0.84, 0.82, 0.81),
            "grbm": (0.40, 0.38, 0.39, 0.37, 0.36),
            "svmm": (0.50, 0.48, 0.49, 0.47, 0.46),
            "cdlm": (0.75, 0.73, 0.74, 0.72, 0.71),
            "osdlm": (0.68, 0.66, 0.67, 0.65, 0.64),
        },
    ),
    PaperTable(
        5,
        "Lighting effect",
        "lighting_effect",
        10.0,
        {
            "mffcn": (8.3, 8.1, 8.2, 8.0, 7.9),
            "grbm": (3.1, 2.9, 3.0, 2.8, 2.7),
            "svmm": (4.3, 4.1, 4.2, 4.0, 3.9),
            "cdlm": (6.6, 6.4, 6.5, 6.3, 6.2),
            "osdlm": (6.0, 5.8, 5.9, 5.7, 5.6),
        },
    ),
)


@dataclass(frozen=True)
class PaperFigure:
    """One of the paper's figures, whose bars are a picture without numbers.

    measure  ours that stands beside it
    paper    {condition: what the paper's text says of it}
    """

    number: int
    title: str
    measure: str
    paper: dict[str, str]
    note: str = ""


FIGURES = (
    PaperFigure(
        5,
        "Structural similarity (SSIM)",
        "ssim",
        {"mffcn": "0.87", "grbm": "0.30 to 0.40", "svmm": "about 0.45", "cdlm": "0.50 to 0.60"},
    ),
    PaperFigure(
        6,
        "Peak signal-to-noise ratio (PSNR, dB)",
        "psnr",
        {"mffcn": "34.5", "grbm": "below 18", "svmm": "20 to 23", "cdlm": "24 to 26"},
    ),
    PaperFigure(
        7,
        "Perceptual distance (lower is nearer)",
        "perceptual",
        {},
        "The paper takes a pre-trained VGG; where its weights are not given, ours is the extractor "
        "named at the head of the report, and its values compare with no other's.",
    ),
    PaperFigure(8, "Scene richness", "scene_richness", {}),
    PaperFigure(
        9,
        "Artistic style: distance from the paintings' spectrum (dB, lower is nearer)",
        "spectrum",
        {},
        "The paper's figure is the rating of three experts. There are no experts here: the radial "
        "spectrum, how much detail there is of every size, stands in, and sees brushwork alone.",
    ),
    PaperFigure(10, "Scene complexity", "scene_complexity", {}),
)


Finding = Callable[[Results], tuple[str, bool] | None]
"""What comes out here, and whether it is as the paper has it; None without the conditions."""


@dataclass(frozen=True)
class Statement:
    """A figure that the paper states in words: `text` says of what, `paper` what it is there."""

    text: str
    paper: str
    ours: Finding
    why: str


def _mean(results: Results, condition: str, measure: str) -> float | None:
    figure = results.figure(condition, measure)
    return None if figure is None else figure.mean


def _pair(measure: str, first: str, second: str, at_least: float, unit: str = "") -> Finding:
    """Both means, and whether the first is above the second by `at_least`."""

    def finding(results: Results) -> tuple[str, bool] | None:
        a, b = (_mean(results, c, measure) for c in (first, second))
        if a is None or b is None:
            return None
        digits = 1 if measure == "psnr" else 3
        text = f"{b:.{digits}f}{unit} to {a:.{digits}f}{unit}"
        return text, a - b >= at_least

    return finding


def _value(measure: str, published: float, unit: str = "") -> Finding:
    """MFFCN's mean, and whether it reaches what is published."""

    def finding(results: Results) -> tuple[str, bool] | None:
        mean = _mean(results, FULL, measure)
        return None if mean is None else (f"{mean:.3g}{unit}", mean >= published)

    return finding


def _share(measure: str, first: str, second: str, at_least: float) -> Finding:
    """How far the first is above the second (or below, for at_least < 0), in percent of it."""

    def finding(results: Results) -> tuple[str, bool] | None:
        a, b = (_mean(results, c, measure) for c in (first, second))
        if a is None or not b:
            return None
        share = a / b - 1
        return f"{share:+.0%}", share >= at_least if at_least > 0 else share <= at_least

    return finding


_UNCONDITIONED = (
    "The paper does not say what its networks are given. Ours finish a rough of the very picture "
    "they are scored against; GRBM draws another scene of the category, so its distance says that "
    "it is another picture, not that it is a bad one."
)
_SMALL = (
    "Some hundred panels of one painter and minutes of training a network stand against 63,000 "
    "pictures and 200 epochs; and from a flat block-in the strokes of the painter cannot be known, "
    "which caps PSNR whatever the network."
)
_CHEAPER = (
    "Where the budget is of time a cheaper network takes more steps: see the column of steps. "
)
_GATES = (
    "Our attention works at 1/16 of the size and skips lead past it, so it cannot place detail."
)

STATEMENTS = (
    Statement(
        "SSIM of MFFCN above GRBM's",
        "more than +40 %",
        _share("ssim", FULL, "grbm", 0.4),
        _UNCONDITIONED,
    ),
    Statement(
        "PSNR of MFFCN above GRBM's",
        "about 15 dB",
        _pair("psnr", FULL, "grbm", 13.0, " dB"),
        _UNCONDITIONED,
    ),
    Statement("SSIM of MFFCN", "0.87", _value("ssim", 0.87), _SMALL),
    Statement("PSNR of MFFCN", "34.5 dB", _value("psnr", 34.5, " dB"), _SMALL),
    Statement(
        "SSIM, single-scale to MFFCN",
        "0.74 to 0.87",
        _pair("ssim", FULL, "single_scale", 0.01),
        _CHEAPER + "A rough with its outlines leaves less for wide kernels to find than a scene "
        "made from nothing.",
    ),
    Statement(
        "PSNR, single-scale to MFFCN",
        "28.3 to 34.5 dB",
        _pair("psnr", FULL, "single_scale", 1.0, " dB"),
        _CHEAPER + "An adversary moves a network away from the mean picture, which PSNR rewards.",
    ),
    Statement(
        "SSIM, without attention to with it",
        "0.78 to 0.87",
        _pair("ssim", "attention", "multi_scale", 0.005),
        _GATES,
    ),
    Statement(
        "Perceptual distance with attention",
        "-14 %",
        _share("perceptual", "attention", "multi_scale", -0.05),
        _GATES,
    ),
    Statement(
        "PSNR, GAN alone to GAN with attention",
        "+3.7 dB",
        _pair("psnr", FULL, "gan_alone", 0.5, " dB"),
        _GATES,
    ),
    Statement(
        "Mid fusion against early, SSIM",
        "mid is best",
        _pair("ssim", FULL, "fusion_early", 0.0),
        _CHEAPER,
    ),
    Statement(
        "Mid fusion against late, SSIM",
        "mid is best",
        _pair("ssim", FULL, "fusion_late", 0.0),
        _CHEAPER,
    ),
)
