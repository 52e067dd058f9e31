"""Make VGG-19 an extractor for `paintreel score`, which runs it without torch.

    python -m paintreel.learn.export.vgg19 --weights vgg19.pth --out vgg19.onnx
    paintreel score painted/ --reference photos/ --metrics perceptual --extractor vgg19.onnx

Without `--weights` they are fetched by torchvision. They were trained on ImageNet, whose pictures
are for research: mind their terms before results go into a product.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from paintreel.errors import PaintreelError
from paintreel.learn.export.features import export_features
from paintreel.learn.models.vgg19 import SMALLEST_PX, TAPS, load_vgg19

NAME = "vgg19"


def main(argv: Sequence[str] | None = None) -> int:
    """Load, export, print the largest difference. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, metavar="FILE", help=".pth or .safetensors")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.onnx")
    parser.add_argument("--taps", nargs="+", default=list(TAPS), metavar="RELU")
    args = parser.parse_args(argv)
    try:
        network = load_vgg19(args.weights, args.taps)
        difference = export_features(
            network, args.out, name=NAME, maps=network.taps, vector=None, smallest_px=SMALLEST_PX
        )
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 1
    print(f"{args.out}: {', '.join(network.taps)}; off torch by {difference:.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
