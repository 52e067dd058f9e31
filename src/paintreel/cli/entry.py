"""The entry of the process, which watches for signals before anything heavy is imported."""

from __future__ import annotations

import sys
from typing import NoReturn

from paintreel.cli.signals import SignalWatch, say


def start() -> NoReturn:
    """Run the command of this process and leave it with its exit code."""
    watch = SignalWatch()
    watch.install()
    try:
        from paintreel.cli.main import main

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
