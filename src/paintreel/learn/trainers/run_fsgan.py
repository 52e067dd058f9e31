"""`paintreel train fsgan`: check the folders, paint the teacher, train, export with its card."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.folders import PictureFolder, check_disjoint, load_pictures, scan
from paintreel.learn.data.painted_pairs import fit_palette, paint_pairs
from paintreel.learn.engine.distributed import World, join_world
from paintreel.learn.models.fsgan import Generator
from paintreel.learn.trainers.fsgan import FSGANSettings, FSGANTrainer
from paintreel.learn.trainers.run import Run
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.contract import Contract


def train_fsgan(run: Run, *, art: Path, photos: Path) -> Path | None:
    """Train a style; return the path of `style.onnx` (None on followers of torchrun).

    Raises DataError for unusable folders before anything is trained, OutputError if the folder
    of the run may not be written to, TrainingError if the run diverges.
    """
    run.claim(art, photos)
    art_folder, photo_folder = scan(art, what="--art"), scan(photos, what="--photos")
    check_disjoint(art_folder, photo_folder)
    with join_world() as world:
        trainer, data_hash = _prepare(art_folder, photo_folder, run.out, run.settings, world)
        told = run.train(trainer, world=world, data_hash=data_hash)
    if told is None:
        return None
    training = told | {
        "art_pictures": len(trainer.art.groups),
        "photo_pictures": len(trainer.photos.groups),
        "measures": trainer.measures(),
    }
    generator = trainer.average.module
    contract = Contract(
        name=run.facts.name,
        system="fsgan",
        licence=run.facts.licence,
        credit=run.facts.credit,
        task="stylize",
        multiple=generator.multiple,
        halo_px=generator.halo_px,
        tiling="exact",
    )
    path = run.out / "style.onnx"
    export_style(generator, path, contract, description=run.facts.description, training=training)
    return path


def export_style(
    generator: Generator, path: Path, contract: Contract, *, description: str, training: dict
) -> Card:
    """Write the generator to `path` (.onnx) and its card beside it; return the card."""
    from paintreel.learn.export.onnx_export import export_onnx

    difference = export_onnx(generator, path, contract)
    training = training | {"torch_parity": float(f"{difference:.1e}")}
    card = Card.describe(path, description=description, training=training)
    card.save(path.with_name(CARD_NAME))
    return card


def _prepare(
    art: PictureFolder, photos: PictureFolder, out: Path, settings: FSGANSettings, world: World
) -> tuple[FSGANTrainer, str]:
    """Load and check all pictures, paint the teachers (the lead first), make the trainer."""
    s = settings
    art, _held_art = art.split(s.held_out_art)
    photos, held_photos = photos.split(s.held_out_photos)
    for name, folder in (("--art", art), ("--photos", photos)):
        if not folder.paths:
            raise DataError(f"{name} {folder.root}: every picture is held out; nothing to train on")
    rng = np.random.default_rng(s.seed)
    if not held_photos.paths:
        photos, held_photos = photos.set_aside(rng)
    art, photos = art.draw(s.max_art, rng), photos.draw(s.max_photos, rng)
    load = {"max_side_px": s.max_side_px}
    panels = load_pictures(art, what="--art", **load)
    pictures = load_pictures(photos, what="--photos", **load)
    held = load_pictures(held_photos.draw(16, rng), what="--photos", **load)
    if s.art_grey:
        panels = [np.repeat(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY)[..., None], 3, 2) for p in panels]
    palette = fit_palette(panels, pictures, seed=s.seed)

    def painted(batch: list[Array]) -> list[tuple[Array, Array]]:
        return paint_pairs(
            batch, s.teacher, palette, cache=out / "teacher", on_progress=_say(world)
        )

    if world.size > 1:  # the lead paints for all; alone, painting once is enough
        if world.leads:
            painted(pictures + held)
        world.wait()
    pairs = painted(pictures)
    weights = np.array([_weight(p, s.photo_weights) for p in photos.paths], float)
    trainer = FSGANTrainer(
        s, pairs=pairs, art=panels, held_out=painted(held), world=world, weights=weights
    )
    return trainer, f"art {art.hash()[:16]}, photos {photos.hash()[:16]}"


def _weight(path: Path, weights: dict[str, float]) -> float:
    for pattern, weight in weights.items():
        if fnmatch(path.as_posix(), pattern):
            return weight
    return 1.0


def _say(world: World):
    """Progress of the teacher painting, every tenth of the way, on the lead alone."""

    def say(done: int, total: int) -> None:
        if world.leads and (done == total or done % max(1, total // 10) == 0):
            print(f"teacher pictures {done}/{total}", flush=True)

    return say
