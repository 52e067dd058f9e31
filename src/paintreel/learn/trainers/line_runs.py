"""A run of `paintreel train lineart` or `colorize`: its pairs, its trainer, its export."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from paintreel.errors import DataError
from paintreel.jobs.find import visible_files
from paintreel.learn.data.folders import PictureFolder
from paintreel.learn.data.line_pairs import (
    LinePair,
    held_out_pairs,
    open_pairs,
    training_pairs,
)
from paintreel.learn.engine.distributed import join_process_group
from paintreel.learn.export.drawing_export import contract_facts, export_drawing
from paintreel.learn.models.drawing_network import DrawingNetwork
from paintreel.learn.models.drawing_tasks import TASKS
from paintreel.learn.trainers.line_peers import trainer_of
from paintreel.learn.trainers.line_settings import DrawingSettings
from paintreel.learn.trainers.training_run import Folders, Run, Trained


def train_drawings(run: Run, folders: Folders) -> Trained[DrawingNetwork] | None:
    """Open the pairs, train the network of the run's task; None on followers of torchrun.

    Raises DataError for art that holds nothing to train on.
    """
    s: DrawingSettings = run.settings
    task = TASKS[run.system.name]
    run.claim(folders.art)
    pairs = open_pairs(folders.art)
    training, held_out = parted(pairs, s.held_out_art)
    if not training:
        raise DataError(f"--art {folders.art}: every picture is held out; nothing to train on")
    with join_process_group() as group:
        trainer = trainer_of(s)(task, s, pairs=training, held_out=held_out, group=group)
        try:
            facts = run.train(
                trainer,
                group=group,
                data_hash=f"art {hash_of_pairs(folders.art)[:16]}",
                task=task.name,
            )
        finally:
            trainer.close()
        if facts is None:
            return None
        facts |= {
            "art_pictures": len(training),
            "parameters": sum(p.numel() for p in trainer.generator.parameters()),
            "measures": trainer.measures(),
        }
        return Trained(trainer.average.module, facts)


def parted(
    pairs: Sequence[LinePair], held_out: Sequence[str]
) -> tuple[list[LinePair], list[LinePair]]:
    """(to train on, to measure on): as the pairs say, and those whose name fits a glob are aside.

    What is for tests alone is in neither.
    """

    def is_held(pair: LinePair) -> bool:
        names = (pair.name, Path(pair.name).name)
        return any(fnmatch(name, glob) for name in names for glob in held_out)

    development = held_out_pairs(pairs, "development")
    training = training_pairs(pairs)
    aside = [pair for pair in training if is_held(pair)]
    return [pair for pair in training if not is_held(pair)], development + aside


def hash_of_pairs(folder: Path) -> str:
    """sha256 over names and contents of all files of a folder."""
    files = sorted(path for path in visible_files(folder) if path.is_file())
    return PictureFolder(folder, tuple(path.relative_to(folder) for path in files)).hash()


def export_trained(trained: Trained[DrawingNetwork], path: Path, run: Run) -> None:
    """Write the averaged generator to `path` (.onnx) and its card beside it."""
    network = trained.model
    contract = run.contract(system=run.settings.network, **contract_facts(network))
    parity = export_drawing(network, path, contract)
    run.write_card(
        path,
        trained.training
        | {
            "torch_parity": float(f"{parity.runtime:.1e}"),
            "f16_rounding": float(f"{parity.rounding:.1e}"),
        },
    )
