"""A run of training: what every system is started with, and what all do at its start and end."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.distributed import World
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.loop import LoopSettings, Trainer, train
from paintreel.learn.trainers.provenance import ModelFacts, origin
from paintreel.learn.trainers.run_folder import claim


@dataclass(frozen=True)
class Run:
    """out: folder of the run.  facts: what the card says of the model beside its training.

    settings: a system's dataclass of settings, with a `seed`.  command: as it was typed.
    resume: go on from the checkpoint in `out`.
    """

    out: Path
    facts: ModelFacts
    settings: Any
    budget: Budget
    command: Sequence[str] = ()
    resume: bool = False
    loop: LoopSettings = field(default_factory=LoopSettings)

    def claim(self, *reads: Path) -> None:
        """Raise OutputError unless the run may write into `out` while it reads these folders."""
        claim(self.out, resume=self.resume, reads=reads)

    def train(
        self, trainer: Trainer, *, world: World, data_hash: str, **depends_on: str
    ) -> dict[str, Any] | None:
        """Train; the part of the card's training table that all systems share, with the curves.

        None on followers of torchrun. data_hash: of every folder that the run reads. depends_on:
        what else a resumed run must have as it was. Raises TrainingError if the run diverges, or
        does not fit the checkpoint it goes on from.
        """
        settings = dataclasses.asdict(self.settings)
        wall_s = train(
            trainer,
            out=self.out,
            budget=self.budget,
            world=world,
            resume=self.resume,
            settings=self.loop,
            fingerprint={**depends_on, "data": data_hash, "settings": settings},
        )
        if not world.leads:
            return None
        journal = Journal(self.out / "journal.jsonl", keep=True, speak=False)
        return {
            **self.origin(wall_s=wall_s, data_hash=data_hash, device=world.device.type),
            "curves": journal.curves(),
        }

    def origin(self, *, wall_s: float, data_hash: str, device: str = "cpu") -> dict[str, Any]:
        """Where the weights come from, as the card says it."""
        return origin(
            self.facts,
            self.settings,
            command=self.command,
            wall_s=wall_s,
            data_hash=data_hash,
            device=device,
        )
