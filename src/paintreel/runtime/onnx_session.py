"""Networks of the user's on ONNX Runtime: extractors and detectors, which have no contract."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from paintreel.errors import ModelFileError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.notes import Note
from paintreel.runtime.card import read_checked
from paintreel.runtime.devices import DeviceName, Place, check_device, processor
from paintreel.runtime.libraries import import_onnxruntime
from paintreel.runtime.on_device import OnDevice, small_feeds
from paintreel.runtime.onnx_file import why_refused
from paintreel.runtime.providers import create_session

__all__ = ["OpenSession", "open_session", "session_of"]

_POLL_S = 0.2
_BACKEND = "onnxruntime"
_PROCESSOR = processor(_BACKEND)
_DTYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(int64)": np.int64}


class OpenSession:
    """A network of the user's, open on a device; one that fails is left for the processor."""

    def __init__(self, on: OnDevice[Any]) -> None:
        self._on = on

    @property
    def session(self) -> Any:
        """The `onnxruntime.InferenceSession` in use, to ask for names and metadata."""
        return self._on.opened

    @property
    def device(self) -> str:
        """What it runs on: ``cpu``, ``cuda``, ..."""
        return self._on.place.device

    def run(self, outputs: Sequence[str] | None, feeds: Mapping[str, Array]) -> Any:
        """``session.run``, which Ctrl-C ends even in a graph with an endless loop.

        Raises what the session raises.
        """
        return self._on(lambda session: _run_session(session, outputs, feeds))

    @property
    def notes(self) -> tuple[Note, ...]:
        """Where the device that was asked for could not be had, or has failed since."""
        return self._on.notes

    def take_notes(self) -> tuple[Note, ...]:
        """Those of what has happened since this was asked for the last time."""
        return self._on.take_notes()


def open_session(
    path: str | PathLike[str], *, threads: int | None = None, device: DeviceName = "cpu"
) -> OpenSession:
    """A session of ONNX Runtime of the one file `path`, read once.

    threads  of one inference; None leaves the choice to the runtime
    device   as of `paintreel.runtime.model.Model`, among those of ONNX Runtime

    Raises UnreadableFile for a file that is missing, no regular file or no graph that can be run;
    ModelFileError when a card lies beside it that is broken or another file's, and for a graph with
    weights in other files; BackendError for an unknown device, and when the runtime cannot be
    loaded.
    """
    check_device(device)
    try:
        data, _ = read_checked(path)
    except ModelFileError as error:
        if isinstance(error.__cause__, UnreadableFile):
            raise error.__cause__ from None
        raise
    try:
        reason = why_refused(data, loops=True)
    except ValueError:
        raise UnreadableFile(path, "truncated or not an ONNX graph") from None
    if reason is not None:
        raise ModelFileError(f"{path} {reason}")
    return OpenSession(
        OnDevice(
            device,
            (_BACKEND,),
            lambda place: session_of(data, path, threads=threads, place=place),
            _small_run,
        )
    )


def session_of(
    data: bytes,
    path: str | PathLike[str],
    *,
    threads: int | None = None,
    place: Place = _PROCESSOR,
) -> Any:
    """The `onnxruntime.InferenceSession` of bytes that are trusted; `path` is named in errors."""
    options = import_onnxruntime().SessionOptions()
    options.log_severity_level = 4  # what goes wrong is raised; it need not be printed too
    if threads is not None:
        options.intra_op_num_threads = threads
    try:
        session = create_session(data, options, place)
        # Names and metadata are decoded when they are asked for.
        for entry in (*session.get_inputs(), *session.get_outputs()):
            if not entry.name.isprintable():
                raise ValueError("its tensors have no printable names")
        session.get_modelmeta().custom_metadata_map  # noqa: B018
    except Exception as error:  # the runtime's exceptions share no base but this
        if not place.is_processor:  # which says whether it is the file
            raise
        raise UnreadableFile(path, f"not an ONNX graph that can be run ({error})") from error
    return session


def _small_run(session: Any) -> list[Array]:
    inputs = {
        entry.name: ([s if isinstance(s, int) else None for s in entry.shape], _DTYPES[entry.type])
        for entry in session.get_inputs()
    }
    return list(_run_session(session, None, small_feeds(inputs)))


def _run_session(session: Any, outputs: Sequence[str] | None, feeds: Mapping[str, Array]) -> Any:
    if threading.current_thread() is not threading.main_thread():
        return session.run(outputs, feeds)
    options = import_onnxruntime().RunOptions()
    results: list[Any] = []
    errors: list[BaseException] = []
    done = threading.Event()  # Thread.join, once interrupted, takes a thread for ended

    def run() -> None:
        try:
            results.extend(session.run(outputs, feeds, options))
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    # Python handles signals between two instructions of the main thread alone, so that one must
    # not be the one that is busy in C.
    threading.Thread(target=run, daemon=True).start()
    try:
        while not done.wait(_POLL_S):
            pass
    except BaseException:
        options.terminate = True
        done.wait()
        raise
    if errors:
        raise errors[0]
    return results
