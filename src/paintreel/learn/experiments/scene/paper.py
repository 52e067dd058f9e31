"""The figures that Liu and Zhao 2025 publish, and why ours may differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paintreel.learn.experiments.scene.conditions import FULL
from paintreel.learn.experiments.scene.results import Results
from paintreel.learn.systems import SCENE_NETWORKS

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
class Reason:
    """What may be behind a statement that is not reached; said where `holds` of the results."""

    text: str
    holds: Callable[[Results], bool]


@dataclass(frozen=True)
class Statement:
    """A figure that the paper states in words: `text` says of what, `paper` what it is there."""

    text: str
    paper: str
    ours: Finding
    reasons: tuple[Reason, ...]

    def why(self, results: Results) -> str:
        """The reasons that hold; "" where none does."""
        return " ".join(reason.text for reason in self.reasons if reason.holds(results))


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


_HOUR_S = 3600.0
_PRESETS_WITH_SKIPS = ("tiny", "light")
"""Of MFFCN; `paper` has none."""


def _is_short(results: Results) -> bool:
    train_s = results.fact(FULL, "train_s")
    return train_s is not None and train_s < _HOUR_S


_SHORT = Reason(
    "Less than an hour of training on one painter's panels stands against 63,000 pictures and 200 "
    "epochs.",
    _is_short,
)


def _capped(measure: str, published: float) -> Reason:
    """No network reaches what is published."""

    def holds(results: Results) -> bool:
        means = [_mean(results, c, measure) for c in results.systems if c in SCENE_NETWORKS]
        known = [mean for mean in means if mean is not None]
        return len(known) > 1 and max(known) < published

    return Reason(
        "From a flat block-in the strokes of the painter cannot be known, which caps it: no "
        "network here reaches the figure.",
        holds,
    )


def _other_picture(measure: str, published: float, unit: str = "") -> Reason:
    """GRBM is better than the paper's, so that the lead over it is smaller."""

    def holds(results: Results) -> bool:
        mean = _mean(results, "grbm", measure)
        return mean is not None and mean > published

    return Reason(
        f"GRBM, whose scenes of the category are other pictures altogether, has more than the "
        f"paper's {published:g}{unit} here.",
        holds,
    )


def _below(measure: str, published: float, unit: str = "") -> Reason:
    """MFFCN is below the paper's, so that its lead over others is smaller."""

    def holds(results: Results) -> bool:
        mean = _mean(results, FULL, measure)
        return mean is not None and mean < published

    return Reason(f"MFFCN itself is below the paper's {published:g}{unit} here.", holds)


def _cheaper(condition: str) -> Reason:
    """The other network took more steps in the same time."""

    def holds(results: Results) -> bool:
        ours, theirs = (results.fact(c, "steps") for c in (FULL, condition))
        return ours is not None and theirs is not None and theirs > ours

    return Reason(
        "The other network is cheaper and took more steps in its time: see the column of steps.",
        holds,
    )


def _lower(first: str, second: str, measure: str, text: str) -> Reason:
    """`text` where the first's mean is below the second's."""

    def holds(results: Results) -> bool:
        a, b = (_mean(results, c, measure) for c in (first, second))
        return a is not None and b is not None and a < b

    return Reason(text, holds)


_AWAY_FROM_THE_MEAN = _lower(
    FULL,
    "attention",
    "psnr",
    "An adversary moves a network away from the mean picture, which PSNR rewards: without it MFFCN "
    "has more.",
)
_OUTLINES = Reason(
    "A rough with its outlines leaves less for wide kernels to find than a scene made from "
    "nothing: without attention and adversary, too, they gain less than 0.01.",
    lambda results: (_gain(results, "multi_scale", "single_scale", "ssim") or 1.0) < 0.01,
)
_GATES = Reason(
    "Our attention works at 1/16 of the size and skips lead past it, so it cannot place detail.",
    lambda results: results.setup.get("preset") in _PRESETS_WITH_SKIPS,
)


def _gain(results: Results, first: str, second: str, measure: str) -> float | None:
    a, b = (_mean(results, c, measure) for c in (first, second))
    return None if a is None or b is None else a - b


STATEMENTS = (
    Statement(
        "SSIM of MFFCN above GRBM's",
        "more than +40 %",
        _share("ssim", FULL, "grbm", 0.4),
        (_below("ssim", 0.87), _other_picture("ssim", 0.4)),
    ),
    Statement(
        "PSNR of MFFCN above GRBM's",
        "about 15 dB",
        _pair("psnr", FULL, "grbm", 13.0, " dB"),
        (_below("psnr", 34.5, " dB"), _other_picture("psnr", 18.0, " dB")),
    ),
    Statement("SSIM of MFFCN", "0.87", _value("ssim", 0.87), (_SHORT, _capped("ssim", 0.87))),
    Statement(
        "PSNR of MFFCN",
        "34.5 dB",
        _value("psnr", 34.5, " dB"),
        (_SHORT, _capped("psnr", 34.5)),
    ),
    Statement(
        "SSIM, single-scale to MFFCN",
        "0.74 to 0.87",
        _pair("ssim", FULL, "single_scale", 0.01),
        (_cheaper("single_scale"), _OUTLINES),
    ),
    Statement(
        "PSNR, single-scale to MFFCN",
        "28.3 to 34.5 dB",
        _pair("psnr", FULL, "single_scale", 1.0, " dB"),
        (_cheaper("single_scale"), _AWAY_FROM_THE_MEAN),
    ),
    Statement(
        "SSIM, without attention to with it",
        "0.78 to 0.87",
        _pair("ssim", "attention", "multi_scale", 0.005),
        (_GATES,),
    ),
    Statement(
        "Perceptual distance with attention",
        "-14 %",
        _share("perceptual", "attention", "multi_scale", -0.05),
        (_GATES,),
    ),
    Statement(
        "PSNR, GAN alone to GAN with attention",
        "+3.7 dB",
        _pair("psnr", FULL, "gan_alone", 0.5, " dB"),
        (_GATES,),
    ),
    Statement(
        "Mid fusion against early, SSIM",
        "mid is best",
        _pair("ssim", FULL, "fusion_early", 0.0),
        (_cheaper("fusion_early"),),
    ),
    Statement(
        "Mid fusion against late, SSIM",
        "mid is best",
        _pair("ssim", FULL, "fusion_late", 0.0),
        (_cheaper("fusion_late"),),
    ),
)
