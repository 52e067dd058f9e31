"""Grade pictures and clips for a feeling: light and colour moved to its colour script.

The package is also the function: `paintreel.grade(picture, emotion="fear")` grades one. The parts
are

    options.py    its options
    grader.py     `Grader`: the colour script or a LUT, loaded, and how strongly it is followed
    graded.py     `grade`, one picture of any kind
    feelings.py   the feeling of every frame of a clip, smooth within its shots
    survey.py     what the shots of a clip measure
    video.py      `grade_video`
    tables.py     the colour part as `.cube` and CDL
    batch.py      files, pictures and clips, in one run
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.grade.graded import grade
    from paintreel.grade.grader import Grader
    from paintreel.grade.video import grade_video

__all__ = ["Grader", "grade", "grade_video"]

make_callable(
    __name__,
    {
        "Grader": "grade.grader",
        "grade": "grade.graded",
        "grade_video": "grade.video",
    },
)
