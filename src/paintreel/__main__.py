"""`python -m paintreel` is the `paintreel` command."""

from __future__ import annotations

from paintreel.cli.entry import start

if __name__ == "__main__":
    start()
