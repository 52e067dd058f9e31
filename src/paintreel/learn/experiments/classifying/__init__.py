"""What the experiments on classes of pictures share: records, measures, trainings, tables."""

from __future__ import annotations
