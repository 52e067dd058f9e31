"""What one call of `character` draws, and where each picture goes."""

from __future__ import annotations

import os
from pathlib import Path

from paintreel.character.acted import film_job
from paintreel.character.asked import asked_identity, still_pose
from paintreel.character.checks import (
    as_whole,
    check_background,
    check_clip_name,
    check_feelings,
    check_picture_name,
    moving_picture_notes,
)
from paintreel.character.model_sheet import LEAST_SHEET_PX
from paintreel.character.options import CharacterOptions, is_film_name
from paintreel.character.painting import DrawingPainter
from paintreel.character.stills import StillJob
from paintreel.errors import InputError
from paintreel.imaging.files import IMAGE_SUFFIXES
from paintreel.jobs.credits import with_credits
from paintreel.jobs.job import Job
from paintreel.jobs.machine import on_machine
from paintreel.jobs.run import Batch
from paintreel.media.codecs import suffix_for

__all__ = ["plan_character"]


def plan_character(options: CharacterOptions) -> Batch:
    """The jobs of a call. Raises InputError, OutputError and the errors of models."""
    _check_usage(options)
    if options.output is None:
        raise InputError("nothing to write; give -o OUT")
    if options.is_film:
        check_feelings(options.emotion)
    else:
        still_pose(options.emotion, options.intensity)
    if not options.sheet:
        check_background(options.background)
    painter = None
    if options.style is not None:
        painter = DrawingPainter(
            options.style,
            options.strength,
            backend=options.backend,
            device=options.device,
            threads=options.threads,
            tile=options.tile,
        )
    jobs = []
    for seed in options.seeds:
        identity = asked_identity(options.identity, seed)
        if options.is_film:
            dst = _clip_path(options, seed, identity.name)
            check_clip_name(dst, options.codec)
            film = film_job(options, identity, dst, painter)
            jobs.append(as_whole(film, moving_picture_notes(dst, options)))
            continue
        one = StillJob(options, identity, _path(options, seed, identity.name), painter)
        is_file = options.identity is not None and Path(options.identity).is_file()
        sources = (Path(options.identity),) if is_file and options.identity else ()
        facts = {"identity": identity.name, **({} if seed is None else {"seed": seed})}
        job = Job(str(one.dst), one.outputs, one.make, "picture", sources, facts)
        jobs.append(as_whole(job))
    batch = Batch(tuple(jobs), skips_done=len(jobs) > 1, verb_done="drawn")
    batch = on_machine(batch, [] if painter is None else [painter.model])
    if not options.credits:
        return batch
    cards = [] if painter is None else [painter.card]
    return with_credits(batch, cards, output=options.output, report=options.json)


def _check_usage(options: CharacterOptions) -> None:
    """Raise InputError where options do not go together."""
    beside = [name for name in ("lines", "flats", "layers") if getattr(options, name)]
    if options.is_film and (options.sheet or beside):
        what = beside[0] if beside else "sheet"
        raise InputError(
            f"--{what} is of a drawing, and a clip is asked for; leave one of them out"
        )
    if options.sheet and beside:
        raise InputError(f"--{beside[0]} is of a drawing; leave --sheet out")
    if options.sheet:
        posed = [name for name in ("emotion", "mouth") if getattr(options, name) is not None]
        if posed:
            raise InputError(f"the model sheet shows all of them; leave --{posed[0]} out")
        if options.size is not None and min(options.size) < LEAST_SHEET_PX:
            width, height = options.size
            raise InputError(
                f"a model sheet of {width}x{height}, expected at least {LEAST_SHEET_PX} pixels "
                "each way"
            )


def _clip_path(options: CharacterOptions, seed: int | None, name: str) -> Path:
    """Where the clip of an identity goes. Raises InputError."""
    assert options.output is not None  # which `plan_character` asks for
    out, count = Path(options.output), len(options.seeds)
    is_folder = out.is_dir() or options.output.endswith(("/", os.sep))
    suffix = ".mp4" if options.codec is None else suffix_for(options.codec)
    suffix = ".mp4" if suffix is None else suffix
    if count == 1 and not (is_folder and suffix):
        return out
    if is_film_name(options.output) or out.is_file():
        raise InputError(f"output {out} is a file name, but {count} characters need a folder")
    return out / f"{name if seed is None else f'character-{seed:04d}'}{suffix}"


def _path(options: CharacterOptions, seed: int | None, name: str) -> Path:
    """Where the picture of an identity goes. Raises InputError and OutputError."""
    assert options.output is not None  # which `plan_character` asks for
    out, count = Path(options.output), len(options.seeds)
    is_folder = out.is_dir() or options.output.endswith(("/", os.sep))
    if count > 1 and not is_folder and (out.suffix.lower() in IMAGE_SUFFIXES or out.is_file()):
        raise InputError(f"output {out} is a file name, but {count} characters need a folder")
    dst = out
    if count > 1 or is_folder:
        dst = out / f"{name if seed is None else f'character-{seed:04d}'}.png"
    if dst.suffix.lower() == ".ora" and not options.sheet:
        return dst
    check_picture_name(dst)
    return dst
