"""`paintreel train extractor`: check the folders, train, export the features with their card."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from paintreel.learn.data.labelled import LabelledFolder, find_labelled
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import join_world
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.loop import LoopSettings, train
from paintreel.learn.export.features import export_features
from paintreel.learn.trainers.extractor import ExtractorSettings, ExtractorTrainer
from paintreel.learn.trainers.provenance import ModelFacts, origin
from paintreel.learn.trainers.run_folder import claim
from paintreel.runtime.card import CARD_NAME, Card, Contract

MAPS = ("at_2", "at_4", "at_8", "at_16")
"""Outputs of the graph: feature maps at 1/2, 1/4, 1/8 and 1/16 of the picture."""

FACTS = ModelFacts(name="dske")


def train_extractor(
    *,
    art: Path,
    photos: Path,
    styles: Path,
    out: Path,
    settings: ExtractorSettings,
    budget: Budget,
    command: Sequence[str],
    facts: ModelFacts = FACTS,
    resume: bool = False,
    loop: LoopSettings | None = None,
) -> Path | None:
    """Train a feature extractor; return the path of `extractor.onnx` (None on followers).

    art: panels, with `ratings.tsv` where their scenes are known. photos: photographs. styles: one
    subfolder a medium. facts: name of the scores (`fd_NAME`), licence and credit of the weights.

    Raises DataError for unusable folders before anything is trained, OutputError if `out`
    already holds a run and `resume` is not set, TrainingError if the run diverges.
    """
    claim(out, resume=resume, reads=(art, photos, styles))
    kept, held = find_labelled(
        art, photos, styles, licences=settings.licences, held_out=settings.held_out
    )
    data_hash = _hash(kept)
    with join_world() as world:
        trainer = ExtractorTrainer(
            settings,
            train=kept.load(max_side_px=settings.max_side_px),
            held_out=held.load(max_side_px=settings.max_side_px),
            media=kept.media,
            world=world,
        )
        wall_s = train(
            trainer,
            out=out,
            budget=budget,
            world=world,
            resume=resume,
            settings=loop or LoopSettings(),
            fingerprint={"data": data_hash, "settings": dataclasses.asdict(settings)},
        )
        if not world.leads:
            return None
    scores, recalls = trainer.judge_held_out()
    training = {
        **origin(
            facts,
            settings,
            command=command,
            wall_s=wall_s,
            data_hash=data_hash,
            device=trainer.device.type,
        ),
        "pictures": kept.count(),
        "held_out_pictures": held.count(),
        "held_out": {k: round(v, 4) for k, v in scores.items()},
        "held_out_recall": {
            task: {k: round(v, 4) for k, v in row.items()} for task, row in recalls.items()
        },
        "curves": Journal(out / "journal.jsonl", keep=True, speak=False).curves(),
    }
    return export_extractor(trainer, out / "extractor.onnx", facts, training)


def export_extractor(
    trainer: ExtractorTrainer, path: Path, facts: ModelFacts, training: dict
) -> Path:
    """Write the averaged weights to `path` (.onnx) and their card beside it; return the path."""
    contract = Contract(
        name=facts.name,
        system="dske",
        task="features",
        licence=facts.licence,
        credit=facts.credit,
        multiple=1,
        halo_px=0,
        tiling="whole",
        output="vector",
    )
    difference = export_features(
        trainer.average.module,
        path,
        name=facts.name,
        maps=MAPS,
        vector=contract.output,
        metadata=contract.metadata(),
    )
    training = training | {"torch_parity": float(f"{difference:.1e}")}
    card = Card.describe(path, description=facts.description, training=training)
    card.save(path.with_name(CARD_NAME))
    return path


def _hash(data: LabelledFolder) -> str:
    """Of every folder of pictures, in the order of the media."""
    parts = zip(data.media, data.folders, strict=True)
    return ", ".join(f"{name} {folder.hash()[:8]}" for name, folder in parts)
