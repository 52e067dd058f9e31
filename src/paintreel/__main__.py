"""`python -m paintreel` is the `paintreel` command."""

from __future__ import annotations

import sys

from paintreel.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
