"""Speed and value of the measures, beside the libraries that people use for them.

    python benchmarks/score.py [--threads N] [--rounds N] [--save] [--quick]

SSIM, MS-SSIM and PSNR of a pair of pictures against scikit-image and pytorch-msssim, and the
Fréchet distance of feature sets against numpy's covariance with scipy's `sqrtm`: all in one run,
in interleaved rounds, at one number of threads. "times ours" is the median over rounds of their
time over ours, so that above 1 ours is faster; "off" is the difference of the values. Goals: never
slower, values within 1e-4, SSIM within 1e-5 of scikit-image at Wang's settings. Needs the `test`
extra and pytorch-msssim.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import torch
from pytorch_msssim import ms_ssim as torch_ms_ssim
from pytorch_msssim import ssim as torch_ssim
from report import Report, common_options, finish, verdict
from rounds import interleave, paired_ratio
from scipy.linalg import sqrtm
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from paintreel import metrics
from paintreel.runtime.system import usable_cores

SLOWER_ALLOWED = 0.95  # below this the difference is more than the noise of a round
Measure = Callable[[], float]


class Rival(NamedTuple):
    """Another way to the same figure, and how far off it may be."""

    label: str
    measure: Measure
    tolerance: float


class Contest(NamedTuple):
    """One measure of ours and its rivals on the same input."""

    label: str
    ours: Measure
    rivals: tuple[Rival, ...]


def pictures(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A smooth picture and the same with noise, (H, W, 3) uint8."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (height // 16, width // 16, 3), np.uint8)
    clean = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    noise = rng.normal(0.0, 8.0, clean.shape)
    return np.clip(clean + noise, 0, 255).astype(np.uint8), clean


def picture_contests(height: int, width: int) -> list[Contest]:
    """PSNR, SSIM and MS-SSIM of one pair; each starts from uint8 pictures, as files give them."""
    a, b = pictures(height, width)

    def tensor(x: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(x).permute(2, 0, 1)[None].to(torch.float32)

    def wang() -> float:
        return structural_similarity(
            a, b, channel_axis=2, data_range=255,
            gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        )  # fmt: skip

    def by_torch(function: Callable[..., torch.Tensor]) -> Measure:
        return lambda: float(function(tensor(a), tensor(b), data_range=255))

    size = f"{width}x{height}"
    skimage_psnr = Rival(
        "scikit-image", lambda: float(peak_signal_noise_ratio(b, a, data_range=255)), 1e-4
    )
    torch_rival = Rival("pytorch-msssim", by_torch(torch_ssim), 1e-4)
    return [
        Contest(f"PSNR, {size}", lambda: metrics.psnr(a, b), (skimage_psnr,)),
        Contest(
            f"SSIM, {size}",
            lambda: metrics.ssim(a, b),
            (Rival("scikit-image", wang, 1e-5), torch_rival),
        ),
        Contest(
            f"MS-SSIM, {size}",
            lambda: metrics.ms_ssim(a, b),
            (Rival("pytorch-msssim", by_torch(torch_ms_ssim), 1e-4),),
        ),
    ]


def frechet_contest(count: int, dimensions: int) -> Contest:
    """Statistics of two feature sets (N, D) float32 and their distance."""
    rng = np.random.default_rng(1)
    mixing = rng.normal(size=(dimensions, dimensions)) / dimensions**0.5
    sets = [
        (rng.normal(size=(count, dimensions)) @ mixing + shift).astype(np.float32)
        for shift in (0.0, 0.1)
    ]

    def ours() -> float:
        gathered = []
        for features in sets:
            gathered.append(metrics.FeatureStatistics(dimensions, name="bench"))
            for start in range(0, count, 256):
                gathered[-1].update(features[start : start + 256])
        return metrics.frechet_distance(*gathered)

    def by_sqrtm() -> float:
        first, second = (features.astype(np.float64) for features in sets)
        shift = first.mean(axis=0) - second.mean(axis=0)
        one, two = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
        root = np.real(sqrtm(one @ two))
        return float(shift @ shift + np.trace(one + two - 2.0 * root))

    label = f"Fréchet, 2 x {count} of {dimensions}"
    return Contest(label, ours, (Rival("numpy.cov, scipy sqrtm", by_sqrtm, 1e-4),))


def rows_of(contest: Contest, rounds: int) -> list[list[str]]:
    """Table rows of one contest: ours, then the rivals."""
    values = {"paintreel": contest.ours()}  # also warms everything up
    values |= {rival.label: rival.measure() for rival in contest.rivals}
    turns = {"paintreel": timed(contest.ours)}
    turns |= {rival.label: timed(rival.measure) for rival in contest.rivals}
    seconds = interleave(turns, rounds)
    ours = seconds["paintreel"]
    rows = [[contest.label, "paintreel", *cells(ours, values["paintreel"]), "", "", ""]]
    for rival in contest.rivals:
        ratio, low, high = paired_ratio(seconds[rival.label], ours)
        off = abs(values[rival.label] - values["paintreel"])
        reached = ratio >= SLOWER_ALLOWED and off <= rival.tolerance
        rows.append(
            [
                contest.label,
                rival.label,
                *cells(seconds[rival.label], values[rival.label]),
                f"{ratio:.2f} ({low:.2f}-{high:.2f})",
                f"{off:.1e} (<= {rival.tolerance:.0e})",
                verdict(reached),
            ]
        )
    return rows


def timed(measure: Measure) -> Callable[[], float]:
    """A turn: the seconds that one measurement takes."""

    def turn() -> float:
        start = time.perf_counter()
        measure()
        return time.perf_counter() - start

    return turn


def cells(seconds: list[float], value: float) -> list[str]:
    """Median time and rate, and the figure itself."""
    middle = statistics.median(seconds)
    return [f"{1e3 * middle:.1f}", f"{1 / middle:.1f}", f"{value:.6f}"]


def main(argv: list[str] | None = None) -> int:
    """Measure and print; the exit code says whether every goal is reached."""
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument(
        "--threads",
        type=int,
        default=usable_cores(),
        help="of OpenCV and torch; matrices follow OMP_NUM_THREADS",
    )
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args(argv)
    cv2.setNumThreads(args.threads)
    torch.set_num_threads(args.threads)
    report = Report("score", "Measures beside other libraries", quick=args.quick)
    report.say(f"{args.threads} threads each, {args.rounds} interleaved rounds.\n")
    if args.quick:
        contests = [*picture_contests(192, 256), frechet_contest(300, 64)]
    else:
        contests = [
            *picture_contests(480, 640),
            *picture_contests(1080, 1920),
            frechet_contest(4000, 512),
        ]
    columns = ["measure", "by", "ms", "per second", "value", "times ours", "off", "goal"]
    with torch.inference_mode():
        rows = [row for contest in contests for row in rows_of(contest, args.rounds)]
    report.table("Time and value", columns, rows)
    finish(report, args)
    return 1 if any(row[-1] == verdict(False) for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
