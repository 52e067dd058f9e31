"""What Liu and Zhao 2025 state, what comes out here, and what may be behind a difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paintreel.learn.experiments.scene.conditions import (
    CONDITIONS,
    FROM_NOISE,
    FULL,
    FULL_OF_WORDS,
    ROUGH,
)
from paintreel.learn.experiments.scene.paper import FIGURES, TABLES
from paintreel.learn.experiments.scene.rating import STYLE
from paintreel.learn.experiments.scene.results import Results
from paintreel.learn.experiments.scene.scoring import direction_of
from paintreel.learn.experiments.statistics import compare_pair, corrected
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.worlds.categories import LABELS

REACHED, TESTED, UNTESTED, MISSED = "reached", "same sign, tested", "same sign, not shown", "no"
"""The published size; the published sign, shown over trainings; seen and not shown; neither."""

Finding = Callable[[Results], tuple[str, str] | None]
"""What comes out here, and the word for it; None without the conditions."""

_PEERS = ("grbm", "svmm", "cdlm", "osdlm")
"""The systems of the paper's tables beside MFFCN."""


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


def _lead(measure: str, first: str, second: str, published: float, unit: str = "") -> Finding:
    """Both means, and how far the first is better; `published` is what the paper has of it."""

    def finding(results: Results) -> tuple[str, str] | None:
        a, b = (_mean(results, c, measure) for c in (first, second))
        if a is None or b is None:
            return None
        digits = 1 if measure == "psnr" else 3
        text = f"{b:.{digits}f}{unit} to {a:.{digits}f}{unit}"
        gain = direction_of(measure) * (a - b)
        return text, _verdict(results, first, second, measure, gain, published)

    return finding


def _value(measure: str, published: float, unit: str = "") -> Finding:
    """MFFCN's mean, and whether it reaches what is published."""

    def finding(results: Results) -> tuple[str, str] | None:
        mean = _mean(results, FULL, measure)
        if mean is None:
            return None
        return f"{mean:.3g}{unit}", REACHED if mean >= published else MISSED

    return finding


def _share(measure: str, first: str, second: str, published: float) -> Finding:
    """How far the first is better than the second, in percent of it."""

    def finding(results: Results) -> tuple[str, str] | None:
        a, b = (_mean(results, c, measure) for c in (first, second))
        if a is None or not b:
            return None
        share = a / b - 1
        gain = direction_of(measure) * share
        return f"{share:+.0%}", _verdict(results, first, second, measure, gain, published)

    return finding


def _first_of(measure: str, published: float | None) -> Finding:
    """By how much MFFCN is above the best of the paper's other systems; None publishes a sign."""

    def finding(results: Results) -> tuple[str, str] | None:
        direction = direction_of(measure)
        means = {c: _mean(results, c, measure) for c in (FULL, *_PEERS)}
        known = {c: direction * mean for c, mean in means.items() if mean is not None}
        if FULL not in known or len(known) < 2:
            return None
        peers = sorted((c for c in known if c != FULL), key=lambda c: -known[c])
        gain = known[FULL] - known[peers[0]]
        text = f"{gain:+.3f} to {CONDITIONS[peers[0]].title}"
        if published is not None and gain >= published:
            return text, REACHED
        if gain <= 0:
            return text, MISSED
        shown = all(results.is_shown(FULL, c, measure) for c in peers)
        return text, TESTED if shown else UNTESTED

    return finding


def _rated_first(results: Results) -> tuple[str, str] | None:
    """By how much blind raters have MFFCN's style above the best of the paper's other systems."""
    style = {} if results.rating is None else results.rating["questions"][STYLE]
    means = style.get("means", {})
    peers = [c for c in _PEERS if c in means]
    if FULL not in means or not peers:
        return None
    best = max(peers, key=lambda c: means[c]["all"])
    gain = means[FULL]["all"] - means[best]["all"]
    text = f"{gain:+.2f} of 10 to {CONDITIONS[best].title}"
    if gain <= 0:
        return text, MISSED
    beaten = {
        c["second"] if c["first"] == FULL else c["first"]
        for c in style["contrasts"]
        if FULL in (c["first"], c["second"]) and c["winner"] == FULL
    }
    return text, TESTED if set(peers) <= beaten else UNTESTED


def _every_category(results: Results) -> tuple[str, str] | None:
    """In how many categories MFFCN's PSNR is above the block-in's."""
    found = []
    for label in LABELS:
        ours, rough = (results.of_trials(c, "psnr", label=label) for c in (FULL, ROUGH))
        sides = (FULL, ours), (ROUGH, results.for_every_trial(ROUGH, rough))
        if test := compare_pair(*sides, measure="psnr", unit="trials"):
            found.append(test)
    if not found:
        return None
    above = sum(test.gain > 0 for test in found)
    tested = all(test.holds for test in corrected(found))
    verdict = MISSED if above < len(found) else TESTED if tested else UNTESTED
    return f"{above} of {len(found)} categories", verdict


def _verdict(
    results: Results, first: str, second: str, measure: str, gain: float, published: float
) -> str:
    if gain >= published > 0:
        return REACHED
    if gain <= 0:
        return MISSED
    return TESTED if results.is_shown(first, second, measure) else UNTESTED


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


def _won_without_quality(measure: str) -> Reason:
    """The system that is first by the measure is last of the networks by SSIM."""

    def holds(results: Results) -> bool:
        networks = [c for c in results.systems if c in SCENE_NETWORKS]
        by_measure = {c: _mean(results, c, measure) for c in networks}
        by_ssim = {c: _mean(results, c, "ssim") for c in networks}
        if len(networks) < 2 or None in (*by_measure.values(), *by_ssim.values()):
            return False
        direction = direction_of(measure)
        first = max(networks, key=lambda c: direction * (by_measure[c] or 0.0))
        return first == min(networks, key=lambda c: by_ssim[c] or 0.0)

    return Reason(
        "The network with the least SSIM of all wins here: this measure, as realised, is not "
        "quality.",
        holds,
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
        _lead("psnr", FULL, "grbm", 15.0, " dB"),
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
        _lead("ssim", FULL, "single_scale", 0.13),
        (_cheaper("single_scale"), _OUTLINES),
    ),
    Statement(
        "PSNR, single-scale to MFFCN",
        "28.3 to 34.5 dB",
        _lead("psnr", FULL, "single_scale", 6.2, " dB"),
        (_cheaper("single_scale"), _AWAY_FROM_THE_MEAN),
    ),
    Statement(
        "SSIM, without attention to with it",
        "0.78 to 0.87",
        _lead("ssim", "attention", "multi_scale", 0.09),
        (_GATES,),
    ),
    Statement(
        "The same at full size, beside the adversary",
        "0.78 to 0.87",
        _lead("ssim", "attention_full", "gan_alone", 0.09),
        (),
    ),
    Statement(
        "Perceptual distance with attention",
        "-14 %",
        _share("perceptual", "attention", "multi_scale", 0.14),
        (_GATES,),
    ),
    Statement(
        "PSNR, GAN alone to GAN with attention",
        "+3.7 dB",
        _lead("psnr", FULL, "gan_alone", 3.7, " dB"),
        (_GATES,),
    ),
    Statement(
        "Mid fusion against early, SSIM",
        "mid is best",
        _lead("ssim", FULL, "fusion_early", 0.0),
        (_cheaper("fusion_early"),),
    ),
    Statement(
        "Mid fusion against late, SSIM",
        "mid is best",
        _lead("ssim", FULL, "fusion_late", 0.0),
        (_cheaper("fusion_late"),),
    ),
    *(
        Statement(
            f"Table {t.number}: {t.title.lower()}, above all",
            f"by {t.lead:.2f}",
            _first_of(t.measure, t.lead),
            (_won_without_quality(t.measure),),
        )
        for t in TABLES
    ),
    *(
        Statement(
            f"Figure {f.number}: {f.title.split(' (')[0].lower()}, better than all",
            "MFFCN is first",
            _first_of(f.measure, None),
            (_won_without_quality(f.measure),),
        )
        for f in FIGURES
        if f.number >= 7
    ),
    Statement("Figure 9: style on ten points, rated blind", "MFFCN is first", _rated_first, ()),
    *(
        Statement(
            f"Distance to the panels beside {CONDITIONS[peer].title}",
            "MFFCN is nearer",
            _lead("frechet", first, peer, 0.0),
            (),
        )
        for first, peer in (
            (FULL, "pix2pixhd"),
            *((FULL_OF_WORDS, name) for name in FROM_NOISE),
        )
    ),
    Statement(
        "RQ1: SSIM above a single-scale network's",
        "at least +30 %",
        _share("ssim", FULL, "single_scale", 0.3),
        (_OUTLINES,),
    ),
    Statement(
        "RQ1: SSIM above the rules'", "at least +30 %", _share("ssim", FULL, "grbm", 0.3), ()
    ),
    Statement(
        "RQ2: PSNR with attention",
        "higher",
        _lead("psnr", "attention", "multi_scale", 0.0, " dB"),
        (_GATES,),
    ),
    Statement("RQ3: PSNR above the block-in's in every category", "all", _every_category, ()),
)
