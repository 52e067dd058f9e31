"""Something opened on the device that was asked for, or on the processor where that fails.

An accelerator counts when it really runs: the session is made, one small run works, and its
results are those of the processor. What fails later, in the middle of a batch, goes on on the
processor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from paintreel.errors import BackendError, PaintreelError
from paintreel.imaging.arrays import Array
from paintreel.notes import Note
from paintreel.runtime.devices import (
    BACKEND_TITLES,
    Place,
    candidates,
    fallback_note,
    processor,
)
from paintreel.visible import visible

__all__ = ["OnDevice", "small_feeds"]

T = TypeVar("T")
R = TypeVar("R")

SMALL_PX = 64
"""Side of the picture of the small run: networks of five halvings still have two pixels left."""
_APART = 0.02
"""Mean difference from the processor above which results are wrong, as a share of their range;
half floats are ten times closer, a broken driver is farther."""
_REASON_CHARS = 160


class OnDevice(Generic[T]):
    """What `open_on` gives of a place, and the place.

    device      what is asked for, a name of `DEVICE_NAMES`
    backends    libraries to ask, the one of the processor first
    open_on     opens it on a place
    small_run   runs what was opened once on a small input, and gives all results

    `notes` says where the device could not be had, and whether it has failed since; `take_notes`
    hands out what happens later, once. Calls may come from several threads.

    Raises what `open_on` raises of the processor.
    """

    def __init__(
        self,
        device: str,
        backends: Sequence[str],
        open_on: Callable[[Place], T],
        small_run: Callable[[T], Sequence[Array]],
    ) -> None:
        self._open_on = open_on
        self._lock = threading.Lock()
        self._processor: T | None = None
        self._processor_place = processor(backends[0])
        self._late: list[Note] = []
        failed: list[tuple[Place, str]] = []
        for place in candidates(device, backends):
            try:
                opened = open_on(place)
                self._prove(opened, small_run)
            except Exception as error:  # the runtimes' exceptions share no base but this
                failed.append((place, _reason(error)))
                continue
            self._now = opened, place
            break
        else:
            self._now = self._on_processor(), self._processor_place
        place = self._now[1]
        missed = bool(failed) or (place.is_processor and device not in ("auto", "cpu"))
        notes = [fallback_note(device, backends, failed, place)] if missed else []
        self.notes: tuple[Note, ...] = tuple(notes)

    @property
    def opened(self) -> T:
        """What is in use now."""
        return self._now[0]

    @property
    def place(self) -> Place:
        """Where that is."""
        return self._now[1]

    def __call__(self, work: Callable[[T], R]) -> R:
        """`work` of what is opened; where the accelerator fails, of the same on the processor.

        From then on all runs on the processor, unless it fails at that work too. Raises what
        `work` raises there.
        """
        opened, place = self._now
        try:
            return work(opened)
        except Exception as error:
            if place.is_processor:
                raise
            result = work(self._on_processor())
            self._leave(place, error)
            return result

    def take_notes(self) -> tuple[Note, ...]:
        """What has happened since this was asked for the last time."""
        with self._lock:
            late, self._late = self._late, []
        return tuple(late)

    def _on_processor(self) -> T:
        with self._lock:
            if self._processor is None:
                self._processor = self._open_on(self._processor_place)
            return self._processor

    def _prove(self, opened: T, small_run: Callable[[T], Sequence[Array]]) -> None:
        """Raise unless it runs, and as the processor does."""
        try:
            expected = small_run(self._on_processor())
        except Exception:  # a graph that takes no such input: nothing is known of the device
            return
        small_run(opened)
        for got, wanted in zip(small_run(opened), expected, strict=True):
            if got.shape != wanted.shape or got.dtype.kind != wanted.dtype.kind:
                raise BackendError(f"it gives {got.dtype} {got.shape} for {wanted.shape}")
            range_ = max(1.0, float(np.abs(wanted).max(initial=0)))
            apart = np.abs(got.astype(np.float64) - wanted).mean() if got.size else 0.0
            if not apart <= _APART * range_:
                raise BackendError("its results are not those of the processor")

    def _leave(self, place: Place, error: Exception) -> None:
        on_processor = self._on_processor()
        with self._lock:
            if self._now[1].is_processor:  # another thread was quicker
                return
            self._now = on_processor, self._processor_place
            text = (
                f"{place.title} failed while it ran ({_reason(error)}); what follows runs on the "
                f"processor ({BACKEND_TITLES[self._processor_place.backend]})"
            )
            note = Note("device-failed", text)
            self._late.append(note)
            self.notes = (*self.notes, note)


def small_feeds(
    inputs: Mapping[str, tuple[Sequence[int | None], DTypeLike]], multiple: int = 1
) -> dict[str, Array]:
    """Values for a small run: a gradient with waves in each tensor.

    inputs    name -> (shape, dtype); None is a free axis: the batch, or a side of the picture
    multiple  of what sides must be
    """
    side_px = -(-SMALL_PX // multiple) * multiple
    feeds = {}
    for name, (shape, dtype) in inputs.items():
        sizes = [size or (1 if axis == 0 else side_px) for axis, size in enumerate(shape)]
        count = int(np.prod(sizes))
        waves = 0.5 + 0.4 * np.sin(np.arange(count) * 0.37)
        feeds[name] = waves.reshape(sizes).astype(dtype)
    return feeds


def _reason(error: Exception) -> str:
    """Why, in one short line without what a terminal would obey."""
    text = str(error).strip() or type(error).__name__
    if not isinstance(error, PaintreelError):
        text = text.splitlines()[-1]  # before it OpenVINO says where in its source it is
        if text.startswith("[ONNXRuntimeError] : "):  # number : name : text
            text = text.split(" : ", 3)[-1]
    text = " ".join(text.split())
    text = visible(text).rstrip(".")
    return text if len(text) <= _REASON_CHARS else text[: _REASON_CHARS - 1].rstrip() + "…"
