"""What the rules draw with: plants, ground, buildings, sea life, furniture."""

from __future__ import annotations
