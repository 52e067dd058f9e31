"""A run of training: what every system is started with, and what all do at its start and end."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from paintreel.errors import OutputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.checkpoint import load_checkpoint
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.held_folder import held
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.loop import LoopSettings, Trainer, train
from paintreel.learn.systems import System
from paintreel.learn.trainers.provenance import ModelFacts, Source, origin
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.catalog import SAMPLE_NAME
from paintreel.runtime.contract import Contract, Tiling

M = TypeVar("M")


@dataclass(frozen=True)
class Folders:
    """Where a run reads: the art (for systems without one what they learn from), and what else.

    roughs: cache of roughs that runs on the same art may share; below the run's folder if None.
    """

    art: Path
    photos: Path | None = None
    styles: Path | None = None
    roughs: Path | None = None
    faces: Path | None = None
    speech: Path | None = None


@dataclass(frozen=True)
class Run:
    """out: folder of the run.  facts: what the card says of the model beside its training.

    settings: the system's dataclass of settings, with a `seed`.  command: as it was typed.
    resume: go on from the checkpoint in `out`.  source: the code, as it was when the run began.
    """

    system: System
    out: Path
    facts: ModelFacts
    settings: Any
    budget: Budget
    source: Source
    command: Sequence[str] = ()
    resume: bool = False
    loop: LoopSettings = field(default_factory=LoopSettings)

    def claim(self, *reads: Path) -> None:
        """Raise OutputError unless the run may write into `out` while it reads these folders."""
        claim(self.out, resume=self.resume, reads=reads)

    def train(
        self, trainer: Trainer, *, group: ProcessGroup, data_hash: str, **depends_on: str
    ) -> dict[str, Any] | None:
        """Train; the part of the card's training table that all systems share, with the curves.

        None on followers of torchrun. data_hash: of every folder that the run reads. depends_on:
        what else a resumed run must have as it was. Raises TrainingError if the run diverges, or
        does not fit the checkpoint it goes on from.
        """
        settings = dataclasses.asdict(self.settings)
        done = train(
            trainer,
            out=self.out,
            budget=self.budget,
            group=group,
            resume=self.resume,
            settings=self.loop,
            fingerprint={**depends_on, "data": data_hash, "settings": settings},
        )
        if not group.leads:
            return None
        journal = Journal(self.out / "journal.jsonl", keep=True, speak=False)
        return {
            **self.origin(wall_s=done.wall_s, data_hash=data_hash, device=group.device.type),
            **done.compute.facts(),
            "steps": done.steps,
            "curves": journal.curves(),
        }

    def origin(self, *, wall_s: float, data_hash: str, device: str = "cpu") -> dict[str, Any]:
        """Where the weights come from, as the card says it."""
        return origin(
            self.facts,
            self.settings,
            source=self.source,
            command=self.command,
            wall_s=wall_s,
            data_hash=data_hash,
            device=device,
        )

    def contract(
        self,
        *,
        task: str,
        multiple: int,
        halo_px: int,
        tiling: Tiling,
        system: str | None = None,
        credit: str | None = None,
        **more: Any,
    ) -> Contract:
        """The contract of the weights; `more` are fields of `Contract`."""
        return Contract(
            name=self.facts.name,
            system=system or self.system.name,
            licence=self.facts.licence,
            task=task,
            credit=self.facts.credit if credit is None else credit,
            multiple=multiple,
            halo_px=halo_px,
            tiling=tiling,
            **more,
        )

    def write_card(self, path: Path, training: dict[str, Any]) -> None:
        """Describe the ONNX file at `path` in a card beside it."""
        card = Card.describe(path, description=self.facts.description, training=training)
        card.save(path.with_name(CARD_NAME))


@dataclass(frozen=True)
class Trained(Generic[M]):
    """What was learnt, and what the card says of its training.

    sheet: samples (H, W, 3) uint8 of the model, where it is another than the run ended with.
    """

    model: M
    training: dict[str, Any]
    sheet: Array | None = None


def train_system(run: Run, folders: Folders) -> Path | None:
    """Train a system and export it; the path of its model file (None on followers of torchrun).

    The last sheet of samples, or that of the model, becomes the picture that `paintreel models`
    shows of it. Raises DataError for unusable folders before anything is trained, OutputError if
    the folder of the run may not be written to, or another run is in it, TrainingError if the run
    diverges.
    """
    # Of several processes of one run the first keeps others out.
    with nullcontext() if os.environ.get("RANK", "0") != "0" else held(run.out, what="a training"):
        return _train_system(run, folders)


def _train_system(run: Run, folders: Folders) -> Path | None:
    trained = run.system.load_trainer()(run, folders)
    if trained is None:
        return None
    path = run.out / run.system.file
    run.system.load_export()(trained, path, run)
    sheets = sorted((run.out / "samples").glob("*.jpg"))
    if trained.sheet is not None:
        write_picture(run.out / SAMPLE_NAME, Picture(trained.sheet), overwrite=True)
    elif sheets:
        with atomic_path(run.out / SAMPLE_NAME, overwrite=True) as beside:
            beside.write_bytes(sheets[-1].read_bytes())
    return path


def claim(out: Path, *, resume: bool, reads: Sequence[Path]) -> None:
    """Raise OutputError unless a run may write into `out`.

    A run that is there must be resumed, one that is not there cannot be, and `out` lies in none of
    the folders `reads`, where the next run would take its samples for training pictures. Raises
    TrainingError for a damaged checkpoint.
    """
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists() and not resume:
        raise OutputError(f"{out} already holds a run; go on with --resume or give a new --out")
    if resume and not checkpoint.exists():
        raise OutputError(f"{out} holds no checkpoint to resume from")
    if resume:
        load_checkpoint(checkpoint)  # read again when it is needed, but damage is told at once
    refuse_inside(out, reads)


def refuse_inside(out: Path, reads: Sequence[Path]) -> None:
    """Raise OutputError where `out` lies in a folder that is read for pictures."""
    for root in reads:
        if out.resolve().is_relative_to(root.resolve()):
            raise OutputError(f"--out {out} lies in {root}, which is read for pictures")


def progress_of(what: str, *, speak: bool) -> Callable[[int, int], None]:
    """A function (done, total) that prints every tenth of the way, if it may `speak`.

    On standard error, as all progress: standard output is for what was made.
    """

    def say(done: int, total: int) -> None:
        if speak and (done == total or done % max(1, total // 10) == 0):
            print(f"{what} {done}/{total}", file=sys.stderr, flush=True)

    return say
