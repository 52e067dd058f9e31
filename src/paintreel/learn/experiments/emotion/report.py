"""The page of the emotion experiment: the paper's Figures 6 to 9 beside what it claims.

OUT/report.html   tables and figures
OUT/results.json  every interval, confusion and time
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.charts import grouped_bars
from paintreel.learn.experiments.emotion.conditions import (
    ANSWERS,
    ATTENTION,
    BOTH,
    CONDITIONS,
    LATE,
    PAPER,
)
from paintreel.learn.experiments.emotion.results import (
    MEASURES,
    EmotionResults,
    Labels,
    read_results,
    summary_of,
)
from paintreel.learn.experiments.page import sources_text, write_page
from paintreel.learn.experiments.records import write_json
from paintreel.learn.experiments.statistics import Figure
from paintreel.scoring.page import bullets, folded, page, section, table
from paintreel.stats import Interval

__all__ = ["write_emotion_report"]

_TOO_GOOD = 0.95
_GOAL_RECALL, _GOAL_ERROR = 0.65, 0.08
_FIGURES = {"accuracy": 6, "macro recall": 7, "macro F1": 8}


def write_emotion_report(out: Path, *, version: str) -> Path:
    """Write OUT/report.html and OUT/results.json. Raises InputError where there is no trial."""
    labels, results = read_results(out)
    ordered = {name: results[name] for name in CONDITIONS if name in results}
    write_json(out / "results.json", summary_of(labels, ordered))
    sections = [
        section("What came out", _verdicts(ordered)),
        section("Face, voice and both (Figures 6 to 8)", _pairs_table(ordered) + _charts(ordered)),
        section("Processing time (Figure 9)", _times_table(ordered) + _time_chart(ordered)),
        section("Alone, on everything", _alone_table(ordered)),
        section("Disturbed", _disturbed_table(ordered)),
        section("Painted panels", _panels_table(ordered)),
        section("Confusions", _confusions(labels, ordered)),
        section("How it was measured", _method(labels)),
        section(
            "Where it comes from",
            sources_text(
                [
                    {
                        "command": r.records[0]["command"],
                        "commit": r.records[0].get("commit"),
                        "machine": r.records[0]["machine"],
                        "device": "cpu",
                    }
                    for r in ordered.values()
                ]
            ),
        ),
    ]
    subtitles = [
        f"Paintreel {version}; {len(labels.voice_truth)} recordings of "
        f"{len(set(labels.speakers))} speakers, {len(labels.asked_faces)} faces of "
        f"{len(_families(labels))} drawn families; every answer is to a speaker and a family "
        "that the network has not learnt from"
    ]
    return write_page(out / "report.html", page("Emotion by face and voice", subtitles, sections))


def _text(interval: Interval) -> str:
    return f"{interval.estimate:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def _verdicts(results: Mapping[str, EmotionResults]) -> str:
    lines = []
    for name in (PAPER, ATTENTION):
        if (result := results.get(name)) is None:
            continue
        title = CONDITIONS[name].title
        for claim, gains in result.gains.items():
            held = [measure for measure, gain in gains.items() if gain.low > 0]
            said = (
                "shown" if len(held) == len(MEASURES) else "shown in part" if held else "not shown"
            )
            figures = ", ".join(f"{m} {g.estimate:+.3f}" for m, g in gains.items())
            lines.append(f"{title}: {claim}: {said} ({figures})")
    for result in results.values():
        for answer, found in result.pairs.items():
            if found.measures["accuracy"].estimate > _TOO_GOOD:
                lines.append(
                    f"{answer} is above {_TOO_GOOD}: take it for a leak until it is disproved"
                )
    if (best := results.get(ATTENTION)) is not None:
        recall, error = best.voices.measures["macro recall"].estimate, best.pairs[BOTH].error
        lines.append(f"voice alone: macro recall {recall:.3f}, goal {_GOAL_RECALL}")
        lines.append(f"calibration error of both: {error:.3f}, goal at most {_GOAL_ERROR}")
    return bullets([escape(line) for line in lines])


def _pairs_table(results: Mapping[str, EmotionResults]) -> str:
    rows = [
        [
            f"{CONDITIONS[name].title}: {answer}",
            *(_text(found.measures[measure]) for measure in MEASURES),
            f"{found.error:.3f}",
        ]
        for name, result in results.items()
        for answer, found in result.pairs.items()
    ]
    note = (
        '<p class="soft">Pairs of a recording and a face of the same class; in brackets intervals '
        "of 95 % over speakers. The paper gives no numbers: it claims both first in all three.</p>"
    )
    return table(["network: answer", *MEASURES, "calibration error"], rows) + note


def _charts(results: Mapping[str, EmotionResults]) -> str:
    charts = []
    for measure, number in _FIGURES.items():
        groups = {
            CONDITIONS[name].system: {
                answer: Figure(found.measures[measure].estimate, _half(found.measures[measure]), 1)
                for answer, found in result.pairs.items()
            }
            for name, result in results.items()
        }
        title = f"Figure {number}: {measure} (whiskers: interval over speakers)"
        charts.append(grouped_bars(title, groups, series=ANSWERS).svg(title))
    return "".join(f"<p>{chart}</p>" for chart in charts)


def _half(interval: Interval) -> float:
    return (interval.high - interval.low) / 2


def _times(results: Mapping[str, EmotionResults]) -> dict[str, dict[str, float]]:
    return {
        name: {
            answer: float(np.mean([record["processor_ms"][answer] for record in result.records]))
            for answer in ANSWERS
            if answer != LATE
        }
        for name, result in results.items()
    }


def _times_table(results: Mapping[str, EmotionResults]) -> str:
    rows = [
        [
            CONDITIONS[name].title,
            *(f"{times[answer]:.2f}" for answer in ANSWERS if answer != LATE),
            f"{times[BOTH] / max(max(times.values()), 1e-9):.2f}",
        ]
        for name, times in _times(results).items()
    ]
    columns = [f"{answer}, ms" for answer in ANSWERS if answer != LATE]
    note = (
        '<p class="soft">Processor time in torch of one window of two seconds, without the '
        "measuring of its features (about 20 ms). The paper claims both to be slightly slower.</p>"
    )
    return table(["network", *columns, "both over the slower"], rows) + note


def _time_chart(results: Mapping[str, EmotionResults]) -> str:
    groups = {
        CONDITIONS[name].system: {answer: Figure(ms, None, 1) for answer, ms in times.items()}
        for name, times in _times(results).items()
    }
    title = "Figure 9: processing time, ms"
    series = [answer for answer in ANSWERS if answer != LATE]
    return f"<p>{grouped_bars(title, groups, series=series).svg(title)}</p>"


def _alone_table(results: Mapping[str, EmotionResults]) -> str:
    rows = [
        [
            f"{CONDITIONS[name].title}: {what}",
            *(_text(found.measures[measure]) for measure in MEASURES),
            f"{found.error:.3f}",
        ]
        for name, result in results.items()
        for what, found in (("all recordings", result.voices), ("all faces", result.faces))
    ]
    return table(["network: asked of", *MEASURES, "calibration error"], rows)


def _disturbed_table(results: Mapping[str, EmotionResults]) -> str:
    rows = []
    for name, result in results.items():
        for row in result.records[0]["disturbed"]:
            facts = [r["disturbed"][row] for r in result.records if row in r["disturbed"]]
            both, alone = (float(np.mean([f[key] for f in facts])) for key in ("both", "alone"))
            pairs = str(facts[0]["pairs"])
            rows.append([f"{CONDITIONS[name].system}: {row}", f"{both:.3f}", f"{alone:.3f}", pairs])
    note = (
        '<p class="soft">Accuracy of both, and of the disturbed side alone (the voice where none '
        "is). Of contradicting pairs it says how often the answer is that of the voice, "
        "and that of the face.</p>"
    )
    return table(["", "both", "alone", "pairs"], rows) + note


def _panels_table(results: Mapping[str, EmotionResults]) -> str:
    rows = []
    for name, result in results.items():
        panels = result.records[0].get("panels")
        if panels and panels["faces"]:
            rows.append(
                [
                    CONDITIONS[name].title,
                    str(panels["faces"]),
                    f"{panels['accuracy']:.3f}",
                    f"{panels['macro_recall']:.3f}",
                    f"{1 / panels['classes']:.3f}",
                    f"{panels['largest_class']:.3f}",
                ]
            )
    if not rows:
        return '<p class="soft">Not tried: --art names the panels.</p>'
    columns = ["faces", "accuracy", "macro recall", "chance", "largest class"]
    return table(["network", *columns], rows)


def _confusions(labels: Labels, results: Mapping[str, EmotionResults]) -> str:
    parts = []
    for name, result in results.items():
        title = CONDITIONS[name].title
        for what, confusion in (
            ("voice, all recordings", result.voices.confusion),
            ("face, all faces", result.faces.confusion),
            ("both, pairs", result.pairs[BOTH].confusion),
        ):
            parts.append(folded(escape(f"{title}: {what}"), _confusion_table(labels, confusion)))
    return "".join(parts)


def _confusion_table(labels: Labels, confusion: Array) -> str:
    rows = [
        [name, *(str(int(count)) for count in row)]
        for name, row in zip(labels.classes, confusion, strict=True)
        if row.sum()
    ]
    return table(["was, was said to be", *labels.classes], rows)


def _families(labels: Labels) -> list[str]:
    return sorted({labels.families[number] for number in labels.asked_faces})


def _method(labels: Labels) -> str:
    return bullets(
        [
            f"Speakers: {', '.join(sorted(set(labels.speakers)))}. Each is held out once.",
            f"Drawn families: {', '.join(_families(labels))}, in four groups, each held out with "
            "every fourth fold.",
            f"Beside them {len(labels.families) - len(labels.asked_faces)} faces of the rig are "
            "learnt from; none of them is asked about.",
            "A recording is paired with four faces of its class of the families that are held out; "
            "classes that these families or the voices lack are not asked of pairs.",
            "Face and voice of a pair are of nobody: what one says of the other in a person is not "
            "measured.",
            "A fusion of answers is fitted for each fold to what other folds answered to other "
            "speakers and families. Late fusion is the product of both; of a class that one side "
            "cannot know, as faces boredom, that side says nothing.",
            "Calibrated for each speaker by the others.",
        ]
    )
