"""What one call of `scene` paints, and where each picture goes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

from paintreel.errors import InputError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, IMAGE_SUFFIXES
from paintreel.jobs.credits import with_credits
from paintreel.jobs.find import Kind
from paintreel.jobs.job import Job
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import check_picture_suffix
from paintreel.jobs.reports import check_report
from paintreel.jobs.run import Batch, Outcome
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import contact_sheet, is_sheet, read_cell, write_sheet
from paintreel.pictures.sizes import check_size
from paintreel.runtime.catalog import find_model
from paintreel.scene.felt import FeltScene, read_feeling
from paintreel.scene.options import SceneOptions
from paintreel.scene.seed_job import SeedJob
from paintreel.scene.start_job import StartJob, start_files
from paintreel.scenes.asked import Asked, ask, check_start
from paintreel.scenes.from_category import DEFAULT_SIZE, check_scene_size, check_seeds
from paintreel.scenes.methods import TASK, Method, check_can_finish, open_method

__all__ = ["plan_scene"]


def plan_scene(options: SceneOptions) -> Batch:
    """The jobs of a call. Raises InputError, OutputError and the errors of `open_method`."""
    feeling = read_feeling(options.emotion, options.intensity)
    asked = _check_usage(options, feeling)
    method = open_method(
        options.method,
        backend=options.backend,
        device=options.device,
        threads=options.threads,
        tile=options.tile,
    )
    notes = [*asked.notes, *(() if feeling is None else feeling.notes)]
    if options.has_start:
        rows = _plan_roughs(options, asked, feeling, method, notes)
    else:
        rows = _plan_seeds(options, asked, method)
    jobs = tuple(row.job for row in rows)
    finish = None
    if options.sheet:
        assert options.output is not None  # which `_check_usage` asks for
        sheet = _sheet_path(options.output)
        inputs = [path for row in rows for path, _ in row.shown]
        check_report(sheet, inputs, what="contact sheet", is_ours=is_sheet)
        finish = partial(_write_sheet, sheet, rows)
    batch = Batch(
        jobs,
        skips_done=len(jobs) > 1,
        finish=finish,
        notes=tuple(notes),
        facts={"asked": asked.facts},
    )
    batch = on_machine(batch, [] if method.model is None else [method.model])
    if not options.credits:
        return batch
    cards = [] if method.draws else [find_model(options.method, task=TASK).card]
    return with_credits(batch, cards, output=options.output, report=options.json)


@dataclass(frozen=True, slots=True)
class _Row:
    """A picture to make, and how it is shown on a contact sheet: files and captions.

    seed  what makes it, of a scene from words
    """

    job: Job
    shown: tuple[tuple[Path, str], ...]
    seed: SeedJob | None = None

    @property
    def cells(self) -> list[tuple[Path, str]]:
        """Files and captions, with what became known of them."""
        count = None if self.seed is None else self.seed.layer_count
        more = "" if count is None else f", {count} layers"
        return [(path, caption + more) for path, caption in self.shown]


def _check_usage(options: SceneOptions, feeling: FeltScene | None) -> Asked:
    """What is asked for, all options checked that need no weights.

    Raises InputError.
    """
    own = options.has_start
    for word in options.words:
        if Path(word).suffix.lower() in IMAGE_SUFFIXES:
            raise InputError(
                f"{word} is a picture, no words; give --rough {word} or --sketch {word} to "
                "finish it"
            )
    asked = ask(
        options.phrase,
        options.category,
        time=options.time,
        season=options.season,
        weather=options.weather,
        feeling=None if feeling is None else feeling.world,
        own_start=own,
        has_light=options.rough is not None,
    )
    _check_outputs(options)
    check_start(
        own,
        of_words={
            "seed": options.seed is not None,
            "count": options.count is not None,
            "layers": options.layers,
            "margin": options.margin is not None,
            "parallax": options.parallax is not None,
        },
        resize=options.resize,
    )
    if not own:
        check_seeds(options.first_seed, options.seed_count)
        size = options.size or DEFAULT_SIZE
        check_scene_size(size, options.margin_px, max_pixels=options.max_pixels)
    elif options.size is not None:
        check_size(options.size, options.max_pixels or DEFAULT_MAX_PIXELS)
    return asked


def _check_outputs(options: SceneOptions) -> None:
    """Raise InputError where nothing is to be written, or what is said of it goes nowhere."""
    if options.parallax is None:
        of_the_clip = [field.name for field in fields(EncodingSettings)]
        for option in ("move", "seconds", "ease", "fps", *of_the_clip):
            if getattr(options, option) is not None:
                flag = option.replace("_", "-")
                raise InputError(f"--{flag} is of a shot; give --parallax CLIP too")
        if options.output is None:
            raise InputError("nothing to write; give -o OUT, or --parallax CLIP for a shot alone")
        return
    if options.seed_count > 1:
        raise InputError("--parallax makes one shot of one seed; leave --count out")
    if options.output is None:
        for option in ("layers", "sheet"):
            if getattr(options, option):
                raise InputError(f"--{option} is written beside the picture; give -o OUT too")


def _plan_seeds(options: SceneOptions, asked: Asked, method: Method) -> list[_Row]:
    """One picture for each seed, or its shot, or both.

    Raises InputError when OUT is not what they need, and what `plan_shot` does.
    """
    shot = None
    if options.parallax is not None:
        from paintreel.scene.shot import plan_shot  # which loads FFmpeg

        shot = plan_shot(options)
    kind: Kind = "picture" if shot is None else "clip"
    is_file = options.move is not None and options.move.endswith(".json")
    sources = (Path(options.move or ""),) if is_file else ()
    rows = []
    for seed in range(options.first_seed, options.first_seed + options.seed_count):
        dst = _picture_path(options, asked, seed)
        shown: tuple[tuple[Path, str], ...] = ()
        if dst is not None:
            check_picture_suffix(dst)
            shown = ((dst, f"{asked.title}, seed {seed}"),)
        one = SeedJob(options, asked, method, seed, dst, shot)
        facts = {**asked.settings, "seed": seed}
        name = str(one.outputs[0])
        job = Job(name, one.outputs, one.make, kind, sources=sources, facts=facts)
        rows.append(_Row(job, shown, one))
    return rows


def _picture_path(options: SceneOptions, asked: Asked, seed: int) -> Path | None:
    """Where the picture of a seed goes; None where none is asked for. Raises InputError."""
    if options.output is None:
        return None
    out, count = Path(options.output), options.seed_count
    is_folder = out.is_dir() or options.output.endswith(("/", os.sep))
    if count > 1 and not is_folder and (out.suffix.lower() in IMAGE_SUFFIXES or out.is_file()):
        raise InputError(f"output {out} is a file name, but {count} scenes need a folder")
    if count == 1 and not is_folder:
        return out
    return out / f"{asked.slug}-{seed:04d}.png"


def _plan_roughs(
    options: SceneOptions,
    asked: Asked,
    feeling: FeltScene | None,
    method: Method,
    notes: list[Note],
) -> list[_Row]:
    """One picture for each rough or sketch. Raises InputError and OutputError."""
    check_can_finish(method)
    facts = {name: said for name, said in asked.settings.items() if said is not None}
    rows = []
    for files in start_files(options, notes):
        check_picture_suffix(files.dst)
        given, make = files.given, StartJob(options, asked, feeling, method, files).make
        job = Job(str(given[0]), (files.dst,), make, sources=given, facts=facts)
        made = (files.dst, f"{method.name}: {files.dst.name}")
        rows.append(_Row(job, (*((path, path.name) for path in given), made)))
    return rows


def _sheet_path(output: str) -> Path:
    out = Path(output)
    return out.with_name(f"{out.stem if out.suffix else out.name}-sheet.jpg")


def _write_sheet(path: Path, rows: Sequence[_Row], _: Sequence[Outcome]) -> Sequence[Path]:
    """Write the contact sheet of the pictures that are there; none when none is.

    A sheet of an earlier run is replaced. Returns its path.
    """
    shown = [[read_cell(*cell) for cell in row.cells] for row in rows if row.job.is_done]
    if not shown:
        return ()
    columns = len(shown[0]) if len(shown[0]) > 1 else None
    sheet = contact_sheet([cell for row in shown for cell in row], columns=columns)
    write_sheet(path, sheet)
    return (path,)
