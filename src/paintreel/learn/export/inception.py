"""Make Inception-v3 an extractor for `paintreel score`, which runs it without torch.

    python -m paintreel.learn.export.inception --weights inception.pth --out inception.onnx
    paintreel score painted/ --reference photos/ --metrics fd --extractor inception.onnx

Of FID's own file (pt_inception-2015-12-05-6726825d.pth) the scores are called `fid` and `kid`; of
any other `fd_inception` and `kd_inception`. They were trained on ImageNet, whose pictures are for
research: mind their terms before results go into a product.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from paintreel.errors import PaintreelError
from paintreel.learn.export.features import export_features
from paintreel.learn.models.inception import load_inception
from paintreel.metrics.extractors import FEATURES, WEIGHTS_KEY
from paintreel.metrics.published import FID_WEIGHTS_SHA256, INCEPTION
from paintreel.runtime.card import sha256_of


def export_inception(weights: Path, out: Path, *, thin: int = 1) -> tuple[bool, float]:
    """(whether the weights are FID's own file, largest difference to torch).

    The hash of the file goes with the graph. Raises UnreadableFile and TrainingError.
    """
    network = load_inception(weights, thin=thin)
    digest = sha256_of(weights)
    difference = export_features(
        network,
        out,
        name=INCEPTION,
        maps=(),
        vector=FEATURES,
        metadata={WEIGHTS_KEY: digest},
    )
    return digest == FID_WEIGHTS_SHA256, difference


def main(argv: Sequence[str] | None = None) -> int:
    """Load, export, print what the scores are called. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.onnx")
    args = parser.parse_args(argv)
    try:
        is_fid, difference = export_inception(args.weights, args.out)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 1
    called = "fid and kid" if is_fid else f"fd_{INCEPTION} and kd_{INCEPTION}: not FID's own file"
    print(f"{args.out}: scores are called {called}; off torch by {difference:.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
