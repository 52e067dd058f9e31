"""Work on frames in two steps, the second of which carries a state from frame to frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from paintreel.media.steps import TwoSteps
from paintreel.media.video import EncodingSettings

LOSSLESS = EncodingSettings(codec="png")


class Killed(Exception):
    pass


class Work:
    """A first step that is counted, and a second that carries a state from frame to frame."""

    def __init__(self, dies_after: int | None = None, kind: str = "rgb") -> None:
        self.steps, self._dies_after, self._kind = 0, dies_after, kind
        self._carried: np.ndarray | None = None

    def begin(self, frame):
        def step():
            self.steps += 1
            if self._dies_after is not None and self.steps > self._dies_after:
                raise Killed
            painted = 255 - frame
            return {"rgb": painted, "grey": painted[..., 1], "float": painted / np.float32(255)}[
                self._kind
            ]

        return step

    def finish(self, frame, result):
        if result.dtype == np.float32:
            result = np.rint(result * 255).astype(np.uint8)
        if result.ndim == 2:
            result = np.repeat(result[..., None], 3, axis=2)
        mixed = result if self._carried is None else result // 2 + self._carried // 2
        self._carried = mixed
        return mixed

    def two(self) -> TwoSteps:
        return TwoSteps(self.begin, self.finish)


def frames_in(folder: Path) -> list[np.ndarray]:
    pictures = sorted(folder.glob("*.png"))
    return [np.asarray(Image.open(path).convert("RGB")) for path in pictures]
