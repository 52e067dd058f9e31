"""Networks of the user's on ONNX Runtime: extractors and detectors, which have no contract."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from paintreel.errors import ModelFileError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.runtime.card import read_checked
from paintreel.runtime.libraries import SESSION_OPTIONS, import_onnxruntime
from paintreel.runtime.onnx_file import why_refused

__all__ = ["open_session", "run_session", "session_of"]

_POLL_S = 0.2


def open_session(path: str | PathLike[str], *, threads: int | None = None) -> Any:
    """An `onnxruntime.InferenceSession` of the one file `path`, read once, on the CPU.

    threads  of one inference; None leaves the choice to the runtime

    Raises UnreadableFile for a file that is missing, no regular file or no graph that can be run;
    ModelFileError when a card lies beside it that is broken or another file's, and for a graph with
    weights in other files; BackendError when the runtime cannot be loaded.
    """
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
    return session_of(data, path, threads=threads)


def session_of(data: bytes, path: str | PathLike[str], *, threads: int | None = None) -> Any:
    """As `open_session`, for bytes that are trusted; `path` is named in errors."""
    runtime = import_onnxruntime()
    options = runtime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is raised; it need not be printed too
    if threads is not None:
        options.intra_op_num_threads = threads
    try:
        session = runtime.InferenceSession(data, options, **SESSION_OPTIONS)
        # Names and metadata are decoded when they are asked for.
        for entry in (*session.get_inputs(), *session.get_outputs()):
            if not entry.name.isprintable():
                raise ValueError("its tensors have no printable names")
        session.get_modelmeta().custom_metadata_map  # noqa: B018
    except Exception as error:  # the runtime's exceptions share no base but this
        raise UnreadableFile(path, f"not an ONNX graph that can be run ({error})") from error
    return session


def run_session(session: Any, outputs: Sequence[str] | None, feeds: Mapping[str, Array]) -> Any:
    """``session.run``, which Ctrl-C ends even in a graph with an endless loop.

    Raises what the session raises.
    """
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
