"""Write the tables of docs/models.md and docs/licence.md from the cards and the measures.

    python docs/make_models.py            # write
    python docs/make_models.py --check    # exit code 1 where a page is stale

The measures are those of `recipes/results/models.json`, which
`python -m paintreel.learn.release.measure` makes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from made import filled, markdown, read, write_or_check

from paintreel import list_models
from paintreel.runtime.card import Card
from paintreel.runtime.credits import credit_line
from paintreel.runtime.licences import terms_of

DOCS = Path(__file__).resolve().parent
RESULTS = DOCS.parent / "recipes" / "results" / "models.json"
PLAIN, ROUGH = "photographs", "rough"
"""Rows of the results that are no models: the photographs and the block-ins themselves."""


def styles(results: dict[str, Any]) -> str:
    """What the styles do to the test photographs."""
    cards = {model.name: model.card for model in list_models()}
    rows = []
    for name, m in results["styles"].items():
        cells = [f"{m['judge']:.0%}", f"{m['frechet']:.1f}", f"{m['gini']:.3f}"]
        cells += [f"{m['residual']:.2f}", f"{m['edges']:.2f}", f"{m['neutral']:.1f} / "]
        cells[-1] += f"{m['neutral_p90']:.1f}"
        cells += [f"{m['skin']:.1f}", f"{m['hue']:.1f}"]
        rows.append([name, *cells, *trained(cards.get(name))])
    count = f"n = {results['photographs']} photographs"
    head = (count, "judge", "distance", "Gini", "residual", "edges")
    head += ("greys", "skin", "hues", "steps", "minutes")
    return markdown(head, rows)


def scenes(results: dict[str, Any]) -> str:
    """What the scene networks make of the roughs of the test panels."""
    cards = {model.name: model.card for model in list_models(task="scene")}
    rows = []
    for name, m in results["scenes"].items():
        card = cards.get(name)
        levels = ("standard", "fine", "coarse")
        cells = [f"{m[f'psnr_{level}']:.2f} / {m[f'ssim_{level}']:.3f}" for level in levels]
        sizes = ["-", "-"]
        if card is not None:
            parameters = card.training["parameters"] / 1e6
            sizes = [f"{parameters:.2f} M", f"{card.size_bytes / 1e6:.1f} MB"]
        rows.append(["the rough itself" if name == ROUGH else name, *cells, *sizes, *trained(card)])
    head = (f"n = {results['crops']} crops", "standard, dB / SSIM", "fine", "coarse")
    return markdown((*head, "parameters", "file", "steps", "minutes"), rows)


def measured(results: dict[str, Any]) -> str:
    """How the two tables were made."""
    return (
        f"Measured by `{results['command']}` at commit {results['commit']}: "
        f"{results['photographs']} photographs of {results['sources']} sources, "
        f"{results['panels']} panels, one crop of each of the {results['crops']} that have a "
        f"category. The judge takes {results['judge']['panels']:.0%} of the crops of those panels "
        "for art."
    )


def cards(results: dict[str, Any]) -> str:
    """How every model was made."""
    found = {model.path.parent.name: model.card for model in list_models(task=None)}
    return "\n".join(section(name, card) for name, card in sorted(found.items())).rstrip()


def classifiers(results: dict[str, Any]) -> str:
    """How well each classifier tells its classes, and what it was held against."""
    heads = heads_of_classifiers()
    head = ("", "classes", "pictures", "accuracy", "macro recall", "kappa", "calibration error")
    rows = []
    for name, facts in heads.items():
        for part, label in (("crossed", "folds"), ("held_out", "held out")):
            m = facts[part]
            error = f"{m['calibration_error']:.3f}"
            if "calibration_error_before" in m:
                error = f"{m['calibration_error_before']:.3f}, then {error}"
            cells = [f"{m[key]:.3f}" for key in ("accuracy", "macro_recall", "kappa")]
            rows.append(
                [f"{name}, {label}", str(len(m["confusion"])), str(m["pictures"]), *cells, error]
            )
    lines = [markdown(head, rows), "", "Macro recall of other rows, by the same folds:", ""]
    others = list(next(iter(heads.values()))["rows"])
    titles = {"colours": "colours alone", "head": "last features alone"}
    table = []
    for name, facts in heads.items():
        above = facts["above_colours"]
        table.append(
            [
                name,
                *(f"{facts['rows'][other]:.3f}" for other in others),
                f"{facts['crossed']['macro_recall']:.3f}",
                f"{above['by']:+.3f} ({above['low']:+.3f} to {above['high']:+.3f})",
            ]
        )
    columns = (
        "",
        *(titles.get(o, o) for o in others),
        "shipped",
        "above colours, 95 % over sources",
    )
    return "\n".join([*lines, markdown(columns, table)])


def recalls(results: dict[str, Any]) -> str:
    """Recall of every class, held out and by folds, with what it is mostly taken for."""
    rows = []
    for name, facts in heads_of_classifiers().items():
        crossed, held = facts["crossed"], facts["held_out"]
        labels = card_of_classifiers().contract.heads[name]
        for number, label in enumerate(labels):
            counts = list(crossed["confusion"][number])
            counts[number] = 0
            most = max(range(len(labels)), key=counts.__getitem__)
            mistaken = f"{labels[most]} ({counts[most]})" if counts[most] else "-"
            cells = [
                f"{m['recall'][label]:.2f}" if label in m["recall"] else "-"
                for m in (crossed, held)
            ]
            rows.append([name, label, str(sum(crossed["confusion"][number])), *cells, mistaken])
    return markdown(
        ("", "class", "pictures", "recall, folds", "held out", "mostly taken for"), rows
    )


def strangers(results: dict[str, Any]) -> str:
    """What is flagged as unfamiliar: what should be, and what should not."""
    facts = card_of_classifiers().training["familiar"]
    rows = [[kind, f"{share:.0%}", ""] for kind, share in facts["flagged"].items()]
    rows += [[kind, "", f"{share:.1%}"] for kind, share in facts["false_alarms"].items()]
    rows.append(["all held-out pictures", "", f"{facts['false_alarms_in_all']['share']:.1%}"])
    return markdown(("", "flagged", "flagged by mistake"), rows)


def looked_at(results: dict[str, Any]) -> str:
    """Whether maps show what the classifiers go by; what the styles' paintings are taken for."""
    measured = card_of_classifiers().training["measured"]
    rows = [
        [name, str(m["pictures"]), *(f"{m[k]:.3f}" for k in MAP_MEASURES)]
        for name, m in measured["maps"].items()
    ]
    head = ("", "pictures", "deletion", "of random maps", "insertion", "of random maps")
    lines = [markdown(head, rows), ""]
    for style, media in measured["painted"].items():
        said = ", ".join(f"{count} {medium}" for medium, count in media.items())
        lines.append(f"- {style}: {said}")
    return "\n".join(lines)


MAP_MEASURES = ("deletion", "deletion_random", "insertion", "insertion_random")


def card_of_classifiers() -> Card:
    """The card of the file that holds all of them."""
    return next(model.card for model in list_models(task="classify"))


def heads_of_classifiers() -> dict[str, Any]:
    facts: dict[str, Any] = card_of_classifiers().training["heads"]
    return facts


def badly(results: dict[str, Any]) -> str:
    """What the styles do badly: first what all do."""
    cards = {model.name: model.card for model in list_models()}
    first, *others = (card.weaknesses for card in cards.values())
    shared = [text for text in first if all(text in each for each in others)]
    lines = [f"- {text}" for text in shared]
    for name, card in cards.items():
        lines += [f"- `{name}`: {text}" for text in card.weaknesses if text not in shared]
    return "\n".join(lines)


def credit_lines(results: dict[str, Any]) -> str:
    """Whom to name for what paints: styles, then scene models."""
    scenes = sorted(list_models("scene"), key=lambda model: model.card.research)
    rows = []
    for model in (*list_models(), *scenes):
        terms = terms_of(model.card.contract.licence)
        rows.append([f"`{model.name}`", terms.sold, credit_line(model.card)])
    return markdown(("made with", "may be sold", "line to paste"), rows)


def trained(card: Card | None) -> list[str]:
    """[steps, minutes] of the training behind a card."""
    if card is None:
        return ["-", "-"]
    return [steps(card.training), f"{card.training['wall_time_s'] / 60:.0f}"]


def steps(training: dict[str, Any]) -> str:
    """Steps to the weights; of older cards as far as their curves tell."""
    if known := training.get("chosen_step", training.get("steps")):
        return f"{known:,}"
    if training.get("curves"):
        *_, before, last = training["curves"]["l1"]["step"]
        return f"about {round(last + (last - before) / 2, -2):,.0f}"
    return "not kept" if training["recipe"] != "svmm" else "-"


def section(name: str, card: Card) -> str:
    """How one model was made."""
    t = card.training
    lines = [f"### {name}", "", card.description, ""]
    lines += [
        f"- credit: {card.contract.credit}",
        f"- licence: {card.contract.licence}; {card.size_bytes / 1e6:.1f} MB",
        f"- sha256 `{card.sha256}`",
        f"- command: `{t['command']}`",
    ]
    if "source" in t:
        lines.append(f"- not trained here: the weights of {t['source']}. {card.learnt_from}")
    else:
        machine = t.get("machine", "a machine not noted")
        lines.append(f"- {seed(t)}wall time {t['wall_time_s']} s on {machine}")
    if "data_hash" in t:
        lines.append(f"- data: {pictures(t)}sha256 {t['data_hash']}")
    if "chosen_step" in t:
        lines.append(f"- snapshot of step {t['chosen_step']}, chosen by measures and by eye")
    if t.get("provenance"):
        lines.append(
            f"- provenance: {t['provenance']}; the card does not hold all that cards must now"
        )
    if "notes" in t:
        lines.append(f"- {t['notes']}")
    return "\n".join(lines) + "\n"


def seed(training: dict[str, Any]) -> str:
    return f"seed {training['seed']}, " if "seed" in training else ""


def pictures(training: dict[str, Any]) -> str:
    """How many pictures a model was trained on."""
    parts = []
    if "art_pictures" in training:
        parts.append(f"{training['art_pictures']} pictures of art, ")
    if training.get("photo_pictures") is not None:
        parts.append(f"{training['photo_pictures']} photographs, ")
    return "".join(parts)


PAGES = {
    "models.md": {
        "styles": styles,
        "scenes": scenes,
        "measured": measured,
        "badly": badly,
        "classifiers": classifiers,
        "recalls": recalls,
        "strangers": strangers,
        "looked_at": looked_at,
        "cards": cards,
    },
    "licence.md": {"credits": credit_lines},
}
"""Page -> what fills each of its places."""


def main() -> int:
    """Write or check. Returns the exit code."""
    results = json.loads(read(RESULTS))
    texts = {}
    for name, tables in PAGES.items():
        page = DOCS / name
        texts[page] = filled(read(page), "table", lambda t, of=tables: of[t](results), tables)
    return write_or_check(texts)


if __name__ == "__main__":
    sys.exit(main())
