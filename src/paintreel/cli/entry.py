"""The entry of the process, which watches for signals before anything heavy is imported."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

from paintreel.cli.signals import SignalWatch, say


def start() -> NoReturn:
    """Run the command of this process and leave it with its exit code."""
    watch = SignalWatch()
    watch.install()
    try:
        from paintreel.cli.main import main

        warnings.showwarning = _show_warning
        code = main()
        if watch.ended is not None:  # it has waited for an import, and the rest took no time
            raise watch.ended
    except BaseException:  # whatever a signal has been turned into on its way
        if watch.ended is None:
            raise
        code = watch.ended.exit_code
        say(watch.ended.word)
    watch.finish(code)
    sys.exit(code)


def _show_warning(message: Warning | str, *place: Any, **more: Any) -> None:
    """A warning as one line for users of the program, without the line of code that gives it.

    Those of Pillow name no file; what is lost to damage is told in notes and errors.
    """
    if "PIL" in Path(str(place[1])).parts:
        return
    from paintreel.cli.terminal import say as say_visibly

    say_visibly(f"paintreel: {message}")
