"""The network of `fuse` as it is served: windows of frames in, painted frames out."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import pad_to_multiple
from paintreel.runtime.fusion_names import CARRIED
from paintreel.runtime.model import BackendName, DeviceName, Model

__all__ = ["FusionNetwork"]


class FusionNetwork:
    """A network of the task fuse, loaded once. Raises ModelFileError, and the errors of `Model`."""

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        backend: BackendName = "auto",
        device: DeviceName = "auto",
        threads: int | None = None,
    ) -> None:
        self.model = Model(path, backend=backend, device=device, threads=threads, precision="f32")
        expected = {self.model.contract.input, CARRIED}
        if set(self.model.inputs) != expected:
            raise ModelFileError(
                f"{Path(path)} has inputs {sorted(self.model.inputs)}, expected "
                f"{sorted(expected)}; it is no network for fuse"
            )

    def paint(self, frames: Sequence[Array], planes: Sequence[Array]) -> list[Array]:
        """Painted frames of a window, (H, W, 3) uint8 each.

        frames  (H, W, 3) uint8, one after the other.  planes: (H, W, 4), as of `carried_planes`
        """
        height, width = frames[0].shape[:2]
        contract = self.model.contract
        given = {contract.input: self._tensor(frames), CARRIED: self._tensor(planes)}
        answer = self.model.run(given)[contract.output]
        cut = answer[:, :, :height, :width].transpose(0, 2, 3, 1)
        return list((cut * 255 + 0.5).astype(np.uint8))

    def _tensor(self, pictures: Sequence[Array]) -> Array:
        padded = [pad_to_multiple(x, self.model.contract.multiple)[0] for x in pictures]
        tensor = np.stack(padded).transpose(0, 3, 1, 2).astype(np.float32) / 255
        return np.ascontiguousarray(tensor)
