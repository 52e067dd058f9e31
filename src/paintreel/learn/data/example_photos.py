"""The photographs of the examples, which a first training may take: few, and in a checkout alone.

None lie in the package: a set large enough to train on is 8 MB, and no library brings one. Those
that scikit-image, scikit-learn and SciPy install are two to thirty pictures, mostly textures and
microscopy, and what else they list is fetched from the network.
"""

from __future__ import annotations

from pathlib import Path

EXAMPLE_PHOTOS = Path(__file__).resolve().parents[4] / "examples" / "photos"
