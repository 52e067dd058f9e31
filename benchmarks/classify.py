"""Speed of the bundled classifiers, beside a plain ResNet-50 in the same runtime.

    python benchmarks/classify.py [--threads N] [--pictures N] [--backend NAME] [--save] [--quick]

Pictures of `recipes/check` are read from their files and classified, all three models at once, as
often as makes the number asked for; then the networks alone are timed on one tensor in interleaved
rounds. Goal: 1,000 panels in under 60 s on two cores. The ResNet-50 (He and others 2016; 25.6 M
parameters) has random weights: only the arithmetic counts. Needs the `train` extra.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import torch
from reference_networks import ResNet50Shape
from report import PROJECT, Report, common_options, finish, verdict
from rounds import interleave, paired_ratio

from paintreel.imaging.files import read_picture
from paintreel.learn.export.traced import BATCH, PICTURES, export_traced, relative
from paintreel.runtime.backends import BACKEND_NAMES
from paintreel.runtime.catalog import find_model
from paintreel.runtime.classifiers import Classifier, classifier_input
from paintreel.runtime.contract import Contract
from paintreel.runtime.model import Model
from paintreel.runtime.system import usable_cores

GOAL_S = 60.0
GOAL_PICTURES = 1000
PANELS = PROJECT / "recipes" / "check" / "panels"


def files(count: int) -> list[Path]:
    """That many panels, the few there are over and over."""
    return list(islice(cycle(sorted(PANELS.glob("*.webp"))), count))


def reference(folder: Path, backend: str, threads: int) -> Model:
    """A ResNet-50 with a contract, loaded as the classifiers are."""
    contract = Contract(
        name="resnet50", system="reference", licence="CC0-1.0", credit="", task="classify",
        multiple=32, halo_px=0, tiling="whole", output="probabilities",
    )  # fmt: skip
    sample = (torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0)),)
    export_traced(
        ResNet50Shape().eval(),
        folder / "resnet50.onnx",
        inputs={"image": PICTURES},
        outputs={"probabilities": BATCH},
        sample=sample,
        checks=[sample],
        metadata=contract.metadata(),
        difference=relative,
    )
    return Model(folder / "resnet50.onnx", backend=backend, threads=threads)


def timed(model: Model, tensor: np.ndarray) -> float:
    """Seconds of one pass."""
    start = time.perf_counter()
    model.run({model.contract.input: tensor})
    return time.perf_counter() - start


def main(argv: list[str] | None = None) -> int:
    """Measure and print; the exit code says whether the goal is reached."""
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--threads", type=int, default=min(2, usable_cores()))
    parser.add_argument("--pictures", type=int, default=GOAL_PICTURES)
    parser.add_argument("--backend", choices=BACKEND_NAMES, default="onnxruntime")
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args(argv)
    count, rounds = (16, 2) if args.quick else (args.pictures, args.rounds)
    report = Report("classify", "Classifiers", quick=args.quick)
    report.say(f"{args.threads} threads, {args.backend}, {rounds} interleaved rounds.\n")
    classifier = Classifier("mood", backend=args.backend, threads=args.threads)
    paths = files(count)
    classifier.classify_all(read_picture(paths[0]).pixels)  # warms up
    start = time.perf_counter()
    for path in paths:
        classifier.classify_all(read_picture(path).pixels)
    whole_s = (time.perf_counter() - start) * GOAL_PICTURES / count
    reached = whole_s < GOAL_S
    report.table(
        "From files, three models at once, with maps",
        ["pictures", "s per 1,000", "pictures a second", "goal"],
        [
            [
                count,
                f"{whole_s:.1f}",
                f"{1000 / whole_s:.1f}",
                f"< {GOAL_S:.0f} s: {verdict(reached)}",
            ]
        ],
    )
    tensor = classifier_input(read_picture(paths[0]).pixels)[None]
    with tempfile.TemporaryDirectory() as folder:
        ours = Model(find_model("mood").path, backend=args.backend, threads=args.threads)
        models = {
            "paintreel": ours,
            "ResNet-50": reference(Path(folder), args.backend, args.threads),
        }
        for model in models.values():
            timed(model, tensor)
        seconds = interleave(
            {name: (lambda m=model: timed(m, tensor)) for name, model in models.items()}, rounds
        )
    ratio, low, high = paired_ratio(seconds["ResNet-50"], seconds["paintreel"])
    rows = [[name, f"{1e3 * statistics.median(s):.1f}", ""] for name, s in seconds.items()]
    rows[1][2] = f"{ratio:.1f} ({low:.1f}-{high:.1f})"
    size = f"{tensor.shape[3]}x{tensor.shape[2]}"
    report.table(f"The networks alone, {size}", ["network", "ms", "times ours"], rows)
    finish(report, args)
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
