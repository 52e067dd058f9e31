"""Write docs/models.md from the cards of the bundled models.

python docs/make_models.py
python docs/make_models.py --check    # exit code 1 where the page is stale; writes nothing
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from made import write_or_check

from paintreel import list_models
from paintreel.runtime.card import Card

PAGE = Path(__file__).resolve().parent / "models.md"

HEAD = """# Models

Written by `docs/make_models.py` from the cards beside the weights; do not edit by hand.

![A photograph and a frame in every bundled style](images/styles.jpg)

## Styles

All styles are FSGAN (Wu and Chen 2022, section 4) as `learn/models/fsgan.py` states it, run on any
size, and are tiled exactly. Weights: CC-BY 4.0. None was trained on non-commercial material.

On held-out photographs that no training saw, medians over pictures of at most 640 px. *judge*:
share of 160 px crops that a small classifier of form, `weights/judge`, takes for panels of the art
(it never was part of training; it takes {panels} of the held-out panels for art). *distance*:
Frechet distance of its features to held-out panels. *Gini*, *residual*, *edges*: abstraction
measures of `paintreel.metrics`. The judge and its distance are relative to this judge; another
gives other figures.

| style | judge | distance | Gini | residual | edges |
|---|---|---|---|---|---|
"""

LIMITS = """
### What they do badly

- Strokes have a size in pixels: a picture of 24 megapixels wants `--max-side 1600`.
- Small faces (under about 30 px) and small print lose features with the texture around them.
- Very dark footage keeps its noise as faint blotches; lift the exposure first.
- `hereva` turns deep blacks into a warm dark, as the artist does. That is meant.
- There is no `oil`: `recipes/oil.toml` was trained twice, with bristle streaks and with broad
  relief, and stayed too close to a softened photograph to be called oil paint.

"""

SCENES = """
## Scene networks

The network of Liu and Zhao 2025, section 3, and its peers, each trained on the roughs of the same
panels. On 256 px crops of held-out episodes, standard roughs with their lines; the rough alone
stands at {rough}.

| model | PSNR dB | SSIM | coarse | fine | parameters | size |
|---|---|---|---|---|---|---|
"""

TRAINED = """
## How each was trained

"""


def measures_row(name: str, m: dict[str, float]) -> str:
    """One row of the table of styles; m: measures of its card."""

    def show(key: str, form: str) -> str:
        return format(m[key], form) if key in m else "-"

    cells = [show("judge", ".0%"), show("frechet", ".1f"), show("gini", ".3f")]
    cells += [show("residual", ".2f"), show("edges", ".2f")]
    return f"| {name} | " + " | ".join(cells) + " |"


def scene_row(name: str, card: Card) -> str:
    """One row of the table of scene networks."""
    m, cells = card.training["measures"], []
    cells += [f"{m['psnr']:.2f}", f"{m['ssim']:.3f}"]
    for level in ("coarse", "fine"):
        cells.append(f"{m[f'psnr_{level}']:.2f} / {m[f'ssim_{level}']:.3f}")
    cells.append(f"{card.training['parameters'] / 1e6:.2f} M")
    return f"| {name} | " + " | ".join([*cells, f"{card.size_bytes / 1e6:.1f} MB"]) + " |"


def section(name: str, card: Card) -> str:
    """How one model was trained."""
    t = card.training
    lines = [
        f"### {name}",
        "",
        card.description,
        "",
        f"- credit: {card.contract.credit}",
        f"- licence: {card.contract.licence}; {card.size_bytes / 1e6:.1f} MB",
        f"- sha256 `{card.sha256}`",
        f"- command: `{t['command']}`",
        f"- seed {t['seed']}, wall time {t['wall_time_s']} s on {t['machine']}",
        f"- data: {pictures(t)}, sha256 {t['data_hash']}",
    ]
    if "chosen_step" in t:
        lines.append(
            f"- snapshot of step {t['chosen_step']}, chosen by held-out measures and by eye"
        )
    if "notes" in t:
        lines.append(f"- {t['notes']}")
    return "\n".join(lines) + "\n"


def pictures(training: dict[str, Any]) -> str:
    """How many pictures a model was trained on."""
    photos = training.get("photo_pictures")
    art = f"{training['art_pictures']} pictures of art"
    return art if photos is None else f"{art}, {photos} photographs"


def page() -> str:
    """The whole page."""
    models = list_models()
    scenes = list_models(task="scene")
    rows: list[str] = []
    panels = "most"
    for model in models:
        training = model.card.training
        if model.name == "hereva" and "measures_of_photographs" in training:
            rows.insert(0, measures_row("photographs", training["measures_of_photographs"]))
            panels = format(training.get("judge_on_panels", 0), ".0%")
        rows.append(measures_row(model.name, training["measures"]))
    parts = [HEAD.replace("{panels}", panels), "\n".join(rows), "\n", LIMITS.rstrip(), "\n"]
    measured = [m for m in scenes if "psnr" in m.card.training.get("measures", {})]
    if measured:
        first = measured[0].card.training["measures"]
        rough = f"{first['rough_psnr']:.2f} dB / {first['rough_ssim']:.3f}"
        parts += [SCENES.replace("{rough}", rough)]
        parts += ["\n".join(scene_row(m.name, m.card) for m in measured), "\n"]
    parts.append(TRAINED)
    parts.append("\n".join(section(m.name, m.card) for m in [*models, *scenes]))
    return "".join(parts)


def main() -> int:
    """Write or check. Returns the exit code."""
    return write_or_check({PAGE: page()})


if __name__ == "__main__":
    sys.exit(main())
