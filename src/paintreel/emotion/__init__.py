"""Say who feels what in clips, sounds and pictures: emotions heard in voices and seen in faces.

The package is also the function: `paintreel.emotion(x)` answers for one. The parts are

    options.py   its options
    finding.py   `emotion`, for one
    batch.py     files in one run, with their results
    tables.py    lines, CSV, subtitles and JSON
    plot.py      the chart

What hears and sees is in `paintreel/emotions/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.emotion.finding import emotion
    from paintreel.emotions.findings import EmotionFound

__all__ = ["EmotionFound", "emotion"]

make_callable(__name__, {"EmotionFound": "emotions.findings", "emotion": "emotion.finding"})
