"""EfficientNet-Lite0 out of the bundled classifiers, whose backbone it is: no package is needed.

Its weights are those of ImageNet, folded (no norm is left) and rounded to f16. Taps are those of
`models.efficientnet`.
"""

from __future__ import annotations

from paintreel.learn.export.exported import read_exported
from paintreel.learn.models.classifiers import folded
from paintreel.learn.models.efficientnet import EfficientNetLite0
from paintreel.learn.models.pretrained import fill
from paintreel.runtime.catalog import bundled

_PREFIX = "statistics.network."


def load_bundled_backbone() -> EfficientNetLite0:
    """The network, in evaluation mode, nothing to be trained; it has no last layer.

    Raises ModelFileError or UnreadableFile where the bundled file holds another one.
    """
    path = bundled("classifiers")
    network = folded(EfficientNetLite0())
    state = {
        name.removeprefix(_PREFIX): weights
        for name, weights in read_exported(path).items()
        if name.startswith(_PREFIX)
    }
    fill(network, state, source=path, layout="bundled backbone")
    return network
