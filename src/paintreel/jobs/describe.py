"""What is in a file: every kind that Paintreel reads or writes, one row each in `KINDS`.

A kind is told by content where the content tells (pictures, archives, the keys of JSON and TOML),
else by suffix. Nothing is unpickled. Needs no torch.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paintreel.errors import InputError, UnreadableFile, VideoError, system_reason
from paintreel.imaging.file_signatures import SIGNATURE_BYTES, is_text, why_refused
from paintreel.imaging.files import IMAGE_SUFFIXES, is_animated, looks_like_picture
from paintreel.jobs.find import kind_of
from paintreel.jobs.provenance_facts import folder_facts, provenance_facts, record_facts
from paintreel.jobs.record import RECORD_NAME
from paintreel.media.clip_signatures import looks_like_clip
from paintreel.media.containers import VIDEO_SUFFIXES

if TYPE_CHECKING:
    from paintreel.runtime.card import Card

__all__ = ["KINDS", "Facts", "FileContent", "FileKind", "describe"]

Facts = dict[str, object]
"""What is said of a file, in the order of saying: texts, and numbers where JSON wants them."""

_ZIP = b"PK\x03\x04"
_INDEXES = ("layers.json", "timestamps.json")
"""Files that say what a folder is that no record names."""
_CHECKPOINT_SUFFIXES = (".pt", ".pth", ".ckpt")


class FileContent:
    """A file as the kinds look at it; each part is read when a kind first asks for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.suffix = path.suffix.lower()
        try:
            with path.open("rb") as file:
                self.head = file.read(SIGNATURE_BYTES)
        except OSError as error:
            raise UnreadableFile(path, system_reason(error)) from error

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names in a ZIP archive (as ``.npz`` and checkpoints are); () for other files."""
        if not self.head.startswith(_ZIP):
            return ()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return tuple(archive.namelist())
        except (zipfile.BadZipFile, OSError):
            return ()

    @cached_property
    def table(self) -> Mapping[str, Any]:
        """The object of a ``.json`` file or the table of a ``.toml`` one; {} for other files."""
        try:
            if self.suffix == ".json":
                value = json.loads(self.path.read_text("utf-8"))
                return value if isinstance(value, dict) else {}
            return tomllib.loads(self.path.read_text("utf-8")) if self.suffix == ".toml" else {}
        except ValueError:  # no UTF-8, no JSON, no TOML
            return {}

    @cached_property
    def first_line(self) -> str:
        """The first line of a text file that is not blank; "" for other files and empty ones."""
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                start = file.read(10_000)
        except UnicodeDecodeError:
            return ""
        line = next((line.strip() for line in start.splitlines() if line.strip()), "")
        return line if line.replace("\t", "").isprintable() else ""

    def has_arrays(self, *names: str) -> bool:
        """Whether it is an ``.npz`` file with these arrays."""
        return {f"{name}.npy" for name in names} <= set(self.members)

    def has_keys(self, *keys: str) -> bool:
        """Whether it is a JSON or TOML file with these keys."""
        return set(keys) <= self.table.keys()


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what it is called, how it is told, and what there is to say of it."""

    name: str
    matches: Callable[[FileContent], bool]
    facts: Callable[[FileContent], Facts]


def describe(name_or_path: str | PathLike[str]) -> Facts:
    """The facts of a file, or of the model of that name.

    "file" and "kind" are always among them; the others depend on the kind. Where a record tells how
    the file was made, the last ones say it. A file goes before a model of the same name. A folder
    with a model and its card is the model; a folder of results is described as its record does.

    Raises UnreadableFile when there is no such file, when it is damaged or of no known kind (what
    it looks like is said), VideoError for a clip that cannot be read, UnknownModel for a name that
    no model has, ModelFileError for a model file that is damaged or not the one of its card.
    """
    path, text = Path(name_or_path), fspath(name_or_path)
    if not path.exists():
        from paintreel.runtime.catalog import find_model

        is_name = path.name == text and not path.suffix
        if not is_name and path.suffix.lower() != ".onnx":
            raise UnreadableFile(path, "there is no such file")
        path = find_model(name_or_path).path
    if path.is_dir():
        from paintreel.runtime.card import CARD_NAME
        from paintreel.runtime.catalog import find_model

        if (path / CARD_NAME).is_file():
            path = find_model(path).path
        elif facts := folder_facts(path):
            return facts
        elif found := next((path / n for n in _INDEXES if (path / n).is_file()), None):
            path = found
        else:
            what = "it is a folder without a record of ours or a model, expected a file"
            raise UnreadableFile(path, what)
    content = FileContent(path)
    for kind in KINDS:
        if kind.matches(content):
            return {**_with_kind(kind, content), **provenance_facts(path)}
    if not content.first_line:  # FFmpeg knows more containers than can be listed
        try:
            return _with_kind(_CLIP, content)
        except (UnreadableFile, VideoError):
            pass
    raise UnreadableFile(path, f"no kind of file that is known here; {_looks_like(content)}")


def _with_kind(kind: FileKind, content: FileContent) -> Facts:
    try:
        facts = kind.facts(content)
    except (LookupError, TypeError, AttributeError) as error:
        reason = f"taken for {kind.name}, but it is not of this version ({error!r})"
        raise UnreadableFile(content.path, reason) from error
    start = {"model": facts.pop("model")} if "model" in facts else {}
    return {**start, "file": str(content.path), "kind": kind.name, **facts}


def _looks_like(content: FileContent) -> str:
    """What a file of no known kind may be, by its first bytes."""
    reason = why_refused(content.head)
    if reason.startswith(("it is a ", "it is an ", "the file ")) and not is_text(content.head):
        return reason.split(";")[0].removesuffix(", not a picture")
    if content.first_line:
        return f'it is a text file that begins "{content.first_line[:40]}"'
    return f"it is a binary file that begins {content.head[:8].hex(' ')}"


def _is_picture(content: FileContent) -> bool:
    named = content.suffix in IMAGE_SUFFIXES
    return (named or looks_like_picture(content.path)) and kind_of(content.path) == "picture"


def _is_clip(content: FileContent) -> bool:
    path = content.path
    return looks_like_clip(path) or content.suffix in VIDEO_SUFFIXES or is_animated(path)


def _is_checkpoint(content: FileContent) -> bool:
    pickled = any(name.endswith("data.pkl") for name in content.members)
    return pickled or content.suffix in _CHECKPOINT_SUFFIXES


def _picture(content: FileContent) -> Facts:
    from paintreel.imaging.files import inspect_picture

    info = inspect_picture(content.path)
    return {
        "size": f"{info.width} x {info.height} px",
        "format": f"{info.format}, mode {info.mode}, {info.bits} bits a channel",
        "alpha": _yes(info.alpha),
        "orientation": info.orientation,
        "dynamic range": _range(info.hdr),
        "colour profile": info.icc or "none (taken as sRGB)",
        "EXIF": _yes(info.exif),
        "also carries": str(info.metadata),
        "faces": _faces(content.path),
    }


def _faces(path: Path) -> int | str:
    """How many faces are found in a picture; where its pixels cannot be read, why."""
    from paintreel.errors import PaintreelError
    from paintreel.faces.finder import find_faces
    from paintreel.imaging.files import read_picture

    try:
        return len(find_faces(read_picture(path).pixels))
    except PaintreelError as error:
        return f"not looked for: {error}"


def _clip(content: FileContent) -> Facts:
    from paintreel.media.probe import probe

    info = probe(content.path)
    rate = "unknown" if info.rate is None else f"{float(info.rate):.3f} frames/s"
    return {
        "size": f"{info.width} x {info.height} px",
        "container": info.container,
        "codec": f"{info.codec}, {info.pixel_format}",
        "frames": info.frames if info.frames is not None else f"about {info.expected_frames}",
        "duration": "unknown" if info.duration_s is None else f"{info.duration_s:.3f} s",
        "rate": rate + (", variable" if info.variable_rate else ""),
        "rotation": f"{info.rotation_deg} degrees",
        "dynamic range": _range(info.tags.hdr),
        "alpha": _yes(info.has_alpha),
        "sound": "; ".join(info.audio_formats) or "none",
        "subtitles": ", ".join(info.subtitles) or "none",
    }


def _range(hdr: str | None) -> str:
    return "standard" if hdr is None else f"high, {hdr}: tone-mapped to standard when it is read"


def _model(content: FileContent) -> Facts:
    from paintreel.runtime.catalog import find_model

    card = find_model(content.path).card
    card.verify(content.path)
    return _card_facts(card)


def _card(content: FileContent) -> Facts:
    from paintreel.errors import ModelFileError
    from paintreel.runtime.card import Card

    card = Card.load(content.path)
    model = content.path.with_name(card.file)
    state = "there is no such file beside the card"
    if model.is_file():
        try:
            card.verify(model)
            state = "unchanged since the card was written"
        except ModelFileError:
            state = "changed since the card was written"
    return {**_card_facts(card), "model file": f"{card.file}, {state}"}


def _card_facts(card: Card) -> Facts:
    contract = card.contract
    said = {
        "look": card.look,
        "learnt from": card.learnt_from,
        "does badly": " ".join(card.weaknesses),
        "research": _yes(card.research) if card.research else "",
    }
    return {
        "model": contract.name,
        "about": card.description,
        **{name: text for name, text in said.items() if text},
        "task": contract.task,
        "system": contract.system,
        "licence": contract.licence,
        "credit": contract.credit,
        "size": f"{card.size_bytes:,} bytes",
        "sha256": card.sha256,
        "contract": (
            f"version {contract.version}, {contract.layout}, multiple of {contract.multiple} px, "
            f"halo {contract.halo_px} px, tiling {contract.tiling}"
        ),
        **{f"speed {key}": value for key, value in card.speed.items()},
        **{f"training {key}": value for key, value in card.training.items()},
    }


def _statistics(content: FileContent) -> Facts:
    from paintreel.metrics.distribution import FeatureStatistics

    statistics = FeatureStatistics.load(content.path)
    return {
        "about": "what 'paintreel score --reference' takes in place of a folder",
        "features of": statistics.name,
        "pictures": statistics.count,
        "length of a vector": statistics.mean.size,
    }


def _recipe(content: FileContent) -> Facts:
    recipe = content.table
    system = recipe.get("system") or f"experiment {recipe['experiment']}"
    return {
        "recipe": str(recipe.get("name", content.path.stem)),
        "about": str(recipe.get("description", "")),
        "system": str(system),
        "licence": str(recipe.get("licence", "")),
        "credit": str(recipe.get("credit", "")),
        **{f"setting {name}": value for name, value in recipe.get("settings", {}).items()},
    }


def _scores(content: FileContent) -> Facts:
    results = content.table
    return {
        **{f"setting {k}": v for k, v in results.get("settings", {}).items() if v is not None},
        "pictures": len(results["pairs"]),
        "failed": len(results.get("failed", ())),
        **{f"mean {name}": figures["mean"] for name, figures in results["summary"].items()},
    }


def _comparison(content: FileContent) -> Facts:
    results = content.table
    winners = [contrast.get("winner") for contrast in results["contrasts"]]
    return {
        "systems": ", ".join(results["systems"]),
        "measures": ", ".join(results["summary"]),
        "unit": results["unit"],
        "tests": len(winners),
        "differences found": sum(winner is not None for winner in winners),
        "notes": "; ".join(results.get("notes", ())),
    }


def _agreement(content: FileContent) -> Facts:
    results = content.table
    return {
        "items": results["items"],
        "raters": ", ".join(results["raters"]),
        "columns": ", ".join(results["columns"]),
    }


def _experiment(content: FileContent) -> Facts:
    results = content.table
    return {"systems and ablations": ", ".join(results["means"]), "claims": len(results["claims"])}


def _run(content: FileContent) -> Facts:
    report = content.table
    statuses = Counter(str(each["status"]) for each in report["files"])
    return {
        "verb": str(report["verb"]),
        "version": str(report["paintreel"]),
        "files": ", ".join(f"{count} {status}" for status, count in statuses.most_common()),
        "notes": "; ".join(str(note["text"]) for note in report.get("notes", ())),
    }


def _record(content: FileContent) -> Facts:
    return {
        "about": "how the results in its folder were made; read by the next run",
        **record_facts(content.path),
    }


def _layers(content: FileContent) -> Facts:
    index = content.table
    return {
        "category": index.get("category", ""),
        "seed": index.get("seed", ""),
        "size": f"{index['width_px']} x {index['height_px']} px",
        "layers": ", ".join(str(layer["name"]) for layer in index["layers"]),
        "order": index["order"],
        "alpha": index.get("alpha", ""),
    }


def _times(content: FileContent) -> Facts:
    times = content.table
    return {
        "size": f"{times['width']} x {times['height']} px",
        "frames": len(times["frames"]),
        "time base": f"{times['time_base']} s",
    }


def _ratings(content: FileContent) -> Facts:
    from paintreel.stats.ratings import read_ratings

    delimiter = "\t" if "\t" in content.first_line else ","
    facts: Facts = {
        "columns": ", ".join(next(csv.reader([content.first_line], delimiter=delimiter)))
    }
    try:
        table = read_ratings(content.path)
    except UnreadableFile:
        raise
    except InputError as error:  # a table all the same, but raters cannot be compared
        return {**facts, "agreement": f"cannot be taken: {error}"}
    return {
        **facts,
        "items": len(table.items),
        "raters": ", ".join(table.raters),
        **{f"column {name}": kind for name, kind in table.kinds().items()},
    }


def _checkpoint(content: FileContent) -> Facts:
    return {
        "about": "the whole state of a run, for 'paintreel train --resume'; not a model",
        "size": f"{content.path.stat().st_size:,} bytes",
        "content": "not shown: it holds a Python pickle, which is not opened here",
    }


def _weights(content: FileContent) -> Facts:
    return {
        "about": "weights without their network: a snapshot of a run; not a model",
        "size": f"{content.path.stat().st_size:,} bytes",
    }


def _journal(content: FileContent) -> Facts:
    entries = []
    for line in content.path.read_text("utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:  # a run that was killed may leave a torn last line
            continue
    steps = [entry for entry in entries if "progress" in entry]
    last = steps[-1] if steps else {}
    return {
        "steps": len(steps),
        "last step": last.get("step", "none"),
        "notes": "; ".join(str(entry["note"]) for entry in entries if "note" in entry),
        **{f"last {name}": value for name, value in last.items() if name != "step"},
    }


def _page(content: FileContent) -> Facts:
    text = content.path.read_text("utf-8", errors="replace")
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    return {"title": title[1] if title else "", "size": f"{len(text):,} characters"}


def _yes(value: bool) -> str:
    return "yes" if value else "no"


_CLIP = FileKind("clip", _is_clip, _clip)
KINDS: tuple[FileKind, ...] = (
    FileKind("picture", _is_picture, _picture),
    _CLIP,
    FileKind("model (ONNX)", lambda c: c.suffix == ".onnx", _model),
    FileKind("model (arrays)", lambda c: c.has_arrays("contract"), _model),
    FileKind("score statistics", lambda c: c.has_arrays("mean", "scatter"), _statistics),
    FileKind("checkpoint of a training run", _is_checkpoint, _checkpoint),
    FileKind("weights (safetensors)", lambda c: c.suffix == ".safetensors", _weights),
    FileKind("card of a model", lambda c: c.has_keys("contract", "sha256"), _card),
    FileKind("recipe", lambda c: c.suffix == ".toml" and c.has_keys("system"), _recipe),
    FileKind("recipe", lambda c: c.suffix == ".toml" and c.has_keys("experiment"), _recipe),
    FileKind("results of score", lambda c: c.has_keys("summary", "pairs"), _scores),
    FileKind("results of compare", lambda c: c.has_keys("systems", "contrasts"), _comparison),
    FileKind("results of agree", lambda c: c.has_keys("raters", "columns"), _agreement),
    FileKind("results of an experiment", lambda c: c.has_keys("means", "claims"), _experiment),
    FileKind("report of a run", lambda c: c.has_keys("paintreel", "verb", "files"), _run),
    FileKind("record of results", lambda c: c.path.name == RECORD_NAME, _record),
    FileKind("index of layers", lambda c: c.has_keys("layers", "order"), _layers),
    FileKind("times of a picture sequence", lambda c: c.has_keys("time_base", "frames"), _times),
    FileKind("table of ratings", lambda c: c.suffix in (".tsv", ".csv"), _ratings),
    FileKind("journal of a training run", lambda c: c.suffix == ".jsonl", _journal),
    FileKind("report page", lambda c: c.suffix == ".html", _page),
)
"""Every kind of file that is known, first match wins."""
