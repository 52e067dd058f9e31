"""Make the pack of pairs that `lineart` and `colorize` are trained and measured on.

    python -m paintreel.learn.data.line_packing --art ART --photos PHOTOS --out pack

Avatars need `pip install dicebear-core dicebear-styles resvg-py`. The same seed makes the same
pack, byte for byte, with the same versions of these and of OpenCV. Each source is an archive of
WebP pictures, marks of their lines and, where they do not follow from the two, flats;
`manifest.json` lists all and says whose they are.

Held out are, as `recipes/splits.toml` says, episodes of panels and sources of photographs; worlds
and characters by their seeds, so that none is in two parts; avatars by family
(`line_avatars.FAMILIES`).
"""

from __future__ import annotations

import argparse
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
from tqdm import tqdm

from paintreel.errors import DataError
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.line_avatars import FAMILIES
from paintreel.learn.data.line_characters import characters
from paintreel.learn.data.line_pairs import (
    MANIFEST,
    PACK_VERSION,
    Split,
    encode_picture,
)
from paintreel.learn.data.line_sources import Drawn, PairMaker, avatars, panels, photographs, worlds
from paintreel.learn.data.splits import read_splits
from paintreel.roughs.drawing_planes import palette_of

__all__ = ["CREDITS", "main", "write_pack"]

CREDITS = {
    "worlds": [{"licence": "Apache-2.0", "author": "the Paintreel developers", "source": "drawn"}],
    "characters": [
        {"licence": "Apache-2.0", "author": "the Paintreel developers", "source": "drawn"}
    ],
    "avatars": [
        {"licence": each.licence, "author": each.author, "source": f"DiceBear {each.name}"}
        for each in FAMILIES
    ],
    "panels": [{"licence": "CC-BY-4.0", "author": "David Revoy", "source": "www.peppercarrot.com"}],
    "photographs": [
        {
            "licence": "public domain, CC0, CC-BY or CC-BY-SA",
            "author": "each its own, in manifest.tsv of the photographs",
            "source": "the photographs",
        }
    ],
}

USUAL = ("worlds", "avatars", "panels", "photographs")
"""What the bundled networks learnt from, so that their pack can be made again."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Archives hold no time, so that the same pack is the same file."""


def write_pack(
    folder: Path, sources: Mapping[str, Sequence[PairMaker]], *, seed: int, workers: int = 1
) -> int:
    """Draw all pairs of {source: jobs} and write them to `folder`; the size in bytes.

    Raises DataError where the folder holds something else, OutputError where it cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise DataError(f"{folder} is not empty and holds no pack; give a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    bytes_written = 0
    for source, jobs in sources.items():
        with atomic_path(folder / f"{source}.zip", overwrite=True) as beside:
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
                for drawn in tqdm(_made(jobs, workers), source, len(jobs)):
                    rows.append(_add(archive, source, drawn))
            bytes_written += beside.stat().st_size
    asked = {
        "version": PACK_VERSION,
        "seed": seed,
        "sources": {source: CREDITS[source] for source in sources},
        "pairs": rows,
    }
    text = json.dumps(asked, indent=None, separators=(",", ":"), sort_keys=True) + "\n"
    with atomic_path(folder / MANIFEST, overwrite=True) as beside:
        beside.write_text(text.replace('{"category"', '\n{"category"'), encoding="utf-8")
    return bytes_written + len(text)


def _made(jobs: Sequence[PairMaker], workers: int) -> Iterator[Drawn]:
    """What the jobs draw, in their order, a few ahead of what is taken."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with ThreadPoolExecutor(workers) as pool:
            for start in range(0, len(jobs), 4 * workers):
                yield from pool.map(lambda job: job(), jobs[start : start + 4 * workers])
    finally:
        cv2.setNumThreads(threads)


def _add(archive: zipfile.ZipFile, source: str, drawn: Drawn) -> dict[str, Any]:
    """Put a pair into its archive; its row of the manifest."""

    def put(suffix: str, data: bytes) -> None:
        archive.writestr(zipfile.ZipInfo(drawn.name + suffix, _EPOCH), data)

    put(".webp", encode_picture(drawn.finished, _QUALITIES[source]))
    put(".lines.webp", encode_picture(drawn.marks))
    if drawn.flats is not None:
        put(".flats.webp", encode_picture(drawn.flats))
    return {
        "name": drawn.name,
        "source": source,
        "group": drawn.group,
        "split": drawn.split,
        "category": drawn.category,
        "exact": drawn.exact,
        "inked": drawn.inked,
        "flats": drawn.flats is not None,
        "palette": palette_of(drawn.finished).astype(float).round(3).tolist(),
    }


_QUALITIES = {"worlds": 72, "avatars": 80, "characters": 80, "panels": 80, "photographs": 70}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of this module."""
    asked = _parser().parse_args(arguments)
    splits = read_splits(asked.splits)
    share = asked.share

    def counts(training: int, development: int, test: int) -> dict[Split, int]:
        whole: dict[Split, int] = {
            "training": training,
            "development": development,
            "test": test,
        }
        return {split: max(1, round(count * share)) for split, count in whole.items()}

    art, photos = Path(asked.art), Path(asked.photos)
    sources: dict[str, Iterator[PairMaker]] = {
        "worlds": worlds(counts(924, 44, 66), asked.seed),
        "avatars": avatars(counts(560, 40, 60), asked.seed),
        "characters": characters(counts(560, 40, 60), asked.seed),
        "panels": panels(art, splits, side_px=asked.side_px, share=share),
        "photographs": photographs(
            photos, splits, side_px=round(0.85 * asked.side_px), counts=counts(440, 24, 24)
        ),
    }
    wanted = {name: list(jobs) for name, jobs in sources.items() if name in asked.sources}
    size = write_pack(Path(asked.out), wanted, seed=asked.seed, workers=asked.workers)
    pairs = len(list(chain.from_iterable(wanted.values())))
    print(f"{asked.out}: {pairs} pairs, {size / 1e6:.1f} MB")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="paintreel.learn.data.line_packing")
    parser.add_argument("--art", required=True, help="folder of painted panels")
    parser.add_argument("--photos", required=True, help="folder of photographs")
    parser.add_argument("--out", required=True, help="folder of the pack")
    parser.add_argument("--splits", default="recipes/splits.toml", help="what is held out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--side-px", type=int, default=384, help="panels: square of this area")
    parser.add_argument("--share", type=float, default=1.0, help="of the pairs, for a trial")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--sources", nargs="+", choices=sorted(CREDITS), default=USUAL, metavar="SOURCE"
    )
    return parser


if __name__ == "__main__":
    main()
