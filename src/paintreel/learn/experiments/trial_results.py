"""What the results of all experiments have in common: records by condition and trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from paintreel.learn.experiments.conditions import Claim, Condition

Record = Mapping[str, Any]
Records = Mapping[str, Mapping[int, Record]]
"""{condition: {trial: record}}"""


def with_scores(records: Records) -> Records:
    """Without the conditions that left no scores: a model or a style that was not there."""
    return {
        name: trials
        for name, trials in records.items()
        if any(record["scores"] for record in trials.values())
    }


class TrialResults:
    """Records of an experiment.

    records  as they were read; those of other conditions than the table's are left out
    table    the experiment's conditions by name, in the order of its tables
    """

    def __init__(self, records: Records, table: Mapping[str, Condition]) -> None:
        self.table = table
        self.records = {name: records[name] for name in table if name in records}

    @property
    def conditions(self) -> list[str]:
        """Names of those that there are records of, in the order of the table."""
        return list(self.records)

    @property
    def trial_range(self) -> tuple[int, int]:
        """Fewest and most trials of the conditions that vary; (0, 0) without any."""
        counts = [len(t) for name, t in self.records.items() if self.table[name].varies]
        return min(counts, default=0), max(counts, default=0)

    @property
    def is_whole(self) -> bool:
        """Whether each condition that there are records of has as many trials as are enough."""
        most = self.trial_range[1]
        return all(
            len(trials) >= min(most, self.table[name].enough or most)
            for name, trials in self.records.items()
            if self.table[name].varies
        )

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Commands, commits and machines that the records come from, each once."""
        found = [r["source"] for trials in self.records.values() for r in trials.values()]
        return [each for i, each in enumerate(found) if each not in found[:i]]

    def of(self, condition: str) -> Mapping[int, Record]:
        """{trial: record}; {} for none."""
        return self.records.get(condition, {})

    def fact(self, condition: str, name: str) -> float | None:
        """Median over trials of a number that records keep beside what was measured."""
        values = [r[name] for r in self.of(condition).values() if r.get(name) is not None]
        return float(np.median(values)) if values else None

    def known(self, claims: Iterable[Claim]) -> list[Claim]:
        """The claims whose two conditions there are records of."""
        return [c for c in claims if {c.first, c.second} <= self.records.keys()]

    def for_every_trial(self, condition: str, own: Mapping[int, float]) -> Mapping[int, float]:
        """The one value of what does not vary as that of every trial that there is."""
        if self.table[condition].varies or not own:
            return own
        value = next(iter(own.values()))
        varying = [t for name, t in self.records.items() if self.table[name].varies]
        return dict.fromkeys((trial for trials in varying for trial in trials), value) or own
