"""What a `Model` asks of an inference runtime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from paintreel.errors import ModelFileError
from paintreel.imaging.arrays import Array

if TYPE_CHECKING:
    from paintreel.runtime.contract import Contract
    from paintreel.runtime.devices import Place

Shape = tuple[int | None, ...]
"""Of a tensor; None is a free axis."""
Precision = Literal["auto", "f32", "bf16"]


class Backend(Protocol):
    """A model file loaded into a runtime, on one of its devices.

    `inputs` are the names of the graph's tensors with their shapes, `outputs` the names. All
    methods take any height and width that is a multiple of the contract's, and may be called from
    several threads.
    """

    name: str
    inputs: Mapping[str, Shape]
    outputs: tuple[str, ...]

    def __init__(
        self,
        path: Path,
        data: bytes,
        contract: Contract,
        *,
        place: Place,
        threads: int | None,
        precision: Precision,
        at_once: int,
        many_sizes: bool,
    ) -> None:
        """Load `data`, the content of the file `path`, which is named in errors.

        place    a device of this runtime
        threads  of the processor, of all calls together; None leaves it to the runtime
        at_once  how many calls are expected to run at the same time
        many_sizes  whether most pictures are of a size that will not come again

        Raises ModelFileError, BackendError, MissingExtra.
        """

    def run(self, x: Array) -> Array:
        """(N, 3, H, W) float32 in [0, 1] to the same."""

    def run_bytes(self, x: Array) -> Array:
        """(H, W, 3) uint8 RGB to the same; `x` is C-contiguous.

        Values outside [0, 1] are clipped; ModelFileError for those that `check_range` refuses.
        """

    def run_named(self, feeds: dict[str, Array]) -> dict[str, Array]:
        """Every output of the graph by name; `feeds` are C-contiguous float32.

        In f32 unless another precision is asked for: ``auto`` is f32 here.
        """


def check_tensors(
    path: Path, contract: Contract, inputs: Mapping[str, str], outputs: Mapping[str, str]
) -> None:
    """Raise ModelFileError unless the graph has the tensors of its contract, and float32 alone.

    inputs, outputs: name -> type, "float32" for such tensors.
    """
    if contract.input not in inputs or contract.output not in outputs:
        raise ModelFileError(
            f"{path} has inputs {tuple(inputs)} and outputs {tuple(outputs)}, its contract names "
            f"'{contract.input}' and '{contract.output}'; export the model again"
        )
    for name, kind in {**inputs, **outputs}.items():
        if kind != "float32":
            raise ModelFileError(f"{path} has '{name}' as {kind}, expected a float32 tensor")
