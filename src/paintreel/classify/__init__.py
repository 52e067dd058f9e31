"""Say of pictures and clips which medium they are in, which feeling they carry, what they show.

The package is also the function: `paintreel.classify(picture)` answers for one. The parts are

    options.py  its options
    asking.py   `classify` and `classify_video`
    heat.py     the picture with the heat map of what speaks for its class
    batch.py    files, pictures and clips, in one run
    tables.py   lines, CSV and JSON
    plot.py     the chart
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.classify.asking import classify, classify_video
    from paintreel.runtime.classifiers import Classification
    from paintreel.runtime.findings import ClipClassification

__all__ = ["Classification", "ClipClassification", "classify", "classify_video"]

make_callable(
    __name__,
    {
        "Classification": "runtime.classifiers",
        "ClipClassification": "runtime.findings",
        "classify": "classify.asking",
        "classify_video": "classify.asking",
    },
)
