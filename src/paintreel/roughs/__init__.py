"""What an artist starts from: block-in, lines, regions, labels, network planes, patches."""

from __future__ import annotations
