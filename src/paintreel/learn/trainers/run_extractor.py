"""`paintreel train extractor`: check the folders, train, export the features with their card."""

from __future__ import annotations

from pathlib import Path

from paintreel.learn.data.labelled import LabelledFolder, find_labelled
from paintreel.learn.engine.distributed import join_world
from paintreel.learn.export.features import export_features
from paintreel.learn.trainers.extractor import ExtractorTrainer
from paintreel.learn.trainers.provenance import ModelFacts
from paintreel.learn.trainers.run import Run
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.contract import Contract

MAPS = ("at_2", "at_4", "at_8", "at_16")
"""Outputs of the graph: feature maps at 1/2, 1/4, 1/8 and 1/16 of the picture."""


def train_extractor(run: Run, *, art: Path, photos: Path, styles: Path) -> Path | None:
    """Train a feature extractor; return the path of `extractor.onnx` (None on followers).

    art: panels, with `ratings.tsv` where their scenes are known. photos: photographs. styles: one
    subfolder a medium. The name among the facts of the run is that of the scores (`fd_NAME`).

    Raises DataError for unusable folders before anything is trained, OutputError if the folder
    of the run may not be written to, TrainingError if the run diverges.
    """
    settings = run.settings
    run.claim(art, photos, styles)
    kept, held = find_labelled(
        art, photos, styles, licences=settings.licences, held_out=settings.held_out
    )
    with join_world() as world:
        trainer = ExtractorTrainer(
            settings,
            train=kept.load(max_side_px=settings.max_side_px),
            held_out=held.load(max_side_px=settings.max_side_px),
            media=kept.media,
            world=world,
        )
        told = run.train(trainer, world=world, data_hash=_hash(kept))
    if told is None:
        return None
    scores, recalls = trainer.judge_held_out()
    training = told | {
        "pictures": kept.count(),
        "held_out_pictures": held.count(),
        "held_out": {k: round(v, 4) for k, v in scores.items()},
        "held_out_recall": {
            task: {k: round(v, 4) for k, v in row.items()} for task, row in recalls.items()
        },
    }
    return export_extractor(trainer, run.out / "extractor.onnx", run.facts, training)


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
