"""What growth costs: each test adds files and one row to a copy of the package, and uses them.

docs/architecture.md shows the same steps. Nothing but the named table is changed: if a test here
needs a second table, a fact has got a second home.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "paintreel"


class Copy:
    """The package in a folder of its own, which may be changed, and a command that runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        leave = shutil.ignore_patterns("__pycache__", "weights")
        shutil.copytree(PACKAGE, folder / "src" / "paintreel", ignore=leave)
        (folder / "src" / "paintreel" / "weights").symlink_to(PACKAGE / "weights")

    def add(self, file: str, text: str) -> None:
        """Add a file that is not there yet, below the package."""
        path = self.folder / "src" / "paintreel" / file
        path.parent.mkdir(exist_ok=True)
        assert not path.exists()
        path.write_text(text, "utf-8")

    def add_row(self, file: str, table: str, row: str) -> None:
        """Write `row` as the last of the tuple or dict that `table` is, or is made from."""
        path = self.folder / "src" / "paintreel" / file
        source = path.read_text("utf-8")
        value = next(
            node.value
            for node in ast.parse(source).body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and table in ast.unparse(getattr(node, "target", None) or node.targets[0])
        )
        if isinstance(value, ast.DictComp):
            value = value.generators[0].iter
        assert isinstance(value, ast.Tuple | ast.Dict)
        lines = source.encode().splitlines(keepends=True)
        end = sum(map(len, lines[: value.end_lineno - 1])) + value.end_col_offset - 1
        text = source.encode()
        path.write_bytes(text[:end] + f"{row},".encode() + text[end:])

    def run(self, *arguments: str) -> str:
        """Run the `paintreel` of the copy in its folder; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "paintreel", *arguments],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def draw(self, *files: str, size_px: tuple[int, int] = (144, 128)) -> None:
        """Pictures with shades and grain, no two alike."""
        for number, file in enumerate(files):
            rng = np.random.default_rng([number, *file.encode()])
            pixels = rng.uniform(0, 1, (4, 4, 3)).repeat(size_px[1] // 4, 0)
            pixels = pixels.repeat(size_px[0] // 4, 1) * 0.8 + rng.uniform(
                0, 0.2, (*size_px[::-1], 3)
            )
            path = self.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((pixels * 255).astype(np.uint8)).save(path)

    def open(self, file: str) -> np.ndarray:
        with Image.open(self.folder / file) as picture:
            return np.asarray(picture.convert("RGB"))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def names(folder: str, count: int) -> Sequence[str]:
    return [f"{folder}/{number}.png" for number in range(count)]


def test_a_new_category_is_a_rule_file_and_a_row(copy: Copy) -> None:
    """Its label is new too, and no bundled network is refused for it."""
    copy.add("worlds/rules/dunes.py", DUNES)
    copy.add_row("worlds/categories.py", "CATEGORIES", 'Category("dunes", "desert", "dunes")')
    copy.run("scene", "--category", "dunes", "--size", "128x72", "-o", "painted.png")
    copy.run("scene", "--category", "dunes", "--size", "128x72", "--method", "grbm", "-o", "b.png")
    assert copy.open("painted.png").shape == copy.open("b.png").shape == (72, 128, 3)


DUNES = '''"""The rules of dunes: sand under an empty sky."""

from __future__ import annotations

from paintreel.worlds.composition import Composition
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import LANDS
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import terrain
from paintreel.worlds.things.sky import heavens


def _draw(scene: Composition) -> None:
    heavens(scene, low=scene.horizon)
    brush = scene.brush("sand")
    line = terrain.ground_line(brush.rng, scene, scene.horizon, 0.05, 2.0)
    terrain.rolling(scene, brush, line, "sand", 0.4, "sand")
    scene.add("sand", brush, 0.4)


RULE = Rule(_draw, tuple(MOODS), LANDS, (0.5, 0.6))
'''


def test_a_new_metric_is_a_function_and_a_row(copy: Copy) -> None:
    copy.add("metrics/brightness.py", BRIGHTNESS)
    copy.add_row("metrics/table.py", "_TABLE", BRIGHTNESS_ROW)
    copy.draw("a.png")
    lines = copy.run("score", "a.png", "--metrics", "brightness")
    assert f"{copy.open('a.png').mean() / 255:.3f}"[:4] in lines
    assert "brightness" in copy.run("score", "a.png")


BRIGHTNESS = '''"""How bright a picture is."""

from __future__ import annotations

from paintreel.imaging.arrays import Array
from paintreel.imaging.arrays import to_float


def brightness(picture: Array) -> float:
    """Mean of all channels.  Bounds 0 to 1."""
    return float(to_float(picture).mean())
'''
BRIGHTNESS_ROW = """
    Measure(
        "brightness", "brightness", "tone", "brightness.brightness", "picture", "none",
        summary="mean of all channels", bounds="0 to 1",
    )"""


def test_a_new_experiment_is_a_folder_and_a_row(copy: Copy) -> None:
    copy.add("learn/experiments/greys/__init__.py", '"""How grey art is."""\n')
    copy.add("learn/experiments/greys/start.py", GREYS)
    copy.add_row("learn/experiments/papers.py", "_ROWS", GREYS_ROW)
    copy.draw(*names("art", 4))
    assert "greys (how grey art is)" in copy.run("experiment", "--help")
    copy.run("experiment", "greys", "--art", "art", "--seed", "5", "--out", "run")
    assert (copy.folder / "run" / "report.txt").read_text("utf-8") == "seed 5: 4 pictures"


GREYS = '''"""How grey art is, from what was asked to its report."""

from __future__ import annotations

from paintreel.learn.data.folders import scan
from paintreel.learn.experiments.asked import AskedExperiment

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Count the pictures."""
    pictures = scan(asked.paths["art"], what="--art").paths
    asked.out.mkdir(parents=True)
    text = f"seed {asked.values['seed']}: {len(pictures)} pictures"
    (asked.out / "report.txt").write_text(text, "utf-8")
'''

GREYS_ROW = """Paper(
        "greys",
        "how grey art is",
        needs=("art",),
        takes=(),
        recipe={},
    )"""


def test_a_new_codec_is_a_row(copy: Copy) -> None:
    row = 'Codec("mpeg4", "mpeg4", ("mp4", "matroska"), ("yuv420p",))'
    copy.add_row("media/codecs.py", "CODECS", row)
    copy.draw("a.png", "b.png")
    frames = [Image.open(copy.folder / name) for name in ("a.png", "b.png")]
    frames[0].save(copy.folder / "loop.gif", save_all=True, append_images=frames[1:], duration=100)
    copy.run("stylize", "loop.gif", "-o", "clip.mp4", "--codec", "mpeg4", "--strength", "0")
    assert "mpeg4" in copy.run("info", "clip.mp4")
    assert "mpeg4" in copy.run("stylize", "--help")


def test_a_new_verb_is_a_room_and_a_row(copy: Copy) -> None:
    copy.add("mirror/__init__.py", '"""Turn pictures left to right."""\n')
    copy.add("mirror/options.py", MIRROR_OPTIONS)
    copy.add("mirror/batch.py", MIRROR_BATCH)
    row = (
        '"mirror": Verb("turn pictures left to right", "mirror.options:MirrorOptions",'
        ' plan="mirror.batch:plan_mirror")'
    )
    copy.add_row("options/verbs.py", "VERBS", row)
    copy.draw(*names("in", 2))
    assert "turn pictures left to right" in copy.run("--help")
    assert "--upside-down" in copy.run("mirror", "--help")
    copy.run("mirror", "in", "-o", "out")
    np.testing.assert_array_equal(copy.open("out/1.png"), copy.open("in/1.png")[:, ::-1])


MIRROR_OPTIONS = '''"""The options of `mirror`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.options import FileOptions, argument, option


@dataclass(frozen=True, kw_only=True)
class MirrorOptions(FileOptions):
    """What is turned, and where it goes."""

    inputs: tuple[str, ...] = argument("INPUT", "pictures or folders", nargs="+")
    output: str = option(..., "file or folder", short="-o", metavar="OUT", required=True)
    upside_down: bool = option(False, "turn top to bottom instead")
'''
MIRROR_BATCH = '''"""What one call of `mirror` makes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from paintreel.imaging.files import read_picture, write_picture
from paintreel.jobs.place import place_results
from paintreel.jobs.job import Job, Progress
from paintreel.jobs.run import Batch
from paintreel.mirror.options import MirrorOptions


def plan_mirror(options: MirrorOptions) -> Batch:
    """The jobs of a call."""
    jobs = [
        Job(str(place.src), (place.dst,), _maker(place.src, place.dst, options))
        for place in place_results(options.inputs, options.output, label="mirrored", kind="picture")
    ]
    return Batch(tuple(jobs), skips_done=len(jobs) > 1, verb_done="turned")


def _maker(src: Path, dst: Path, options: MirrorOptions):
    def make(progress: Progress) -> None:
        picture = read_picture(src)
        turn = picture.pixels[::-1] if options.upside_down else picture.pixels[:, ::-1]
        turned = dataclasses.replace(picture, pixels=turn)
        write_picture(dst, turned, overwrite=progress.overwrite)

    return make
'''


def test_a_new_scene_network_is_a_model_file_a_row_and_a_recipe(copy: Copy) -> None:
    copy.add("learn/models/flat.py", FLAT_MODEL)
    copy.add_row("learn/systems.py", "_ROWS", '_scene_network("flat", "models.flat:NETWORK")')
    recipe(copy, "flat")
    copy.draw(*names("art", 6))
    arguments = ("--recipe", "flat.toml", "--set", "preset=tiny", "--budget", "2steps")
    copy.run("train", "flat", *arguments, "--art", "art", "--out", "run", *SMALL_PAIRS)
    copy.draw("rough.png")
    copy.run("scene", "--rough", "rough.png", "-o", "out.png", "--method", "run/scene.onnx")
    assert copy.open("out.png").shape == copy.open("rough.png").shape


SMALL_PAIRS = ("--set", "pairs.batch=2", "--set", "pairs.crop_px=64")
FLAT_MODEL = '''"""A network that paints a small change onto the block-in."""

from __future__ import annotations

from torch import Tensor, nn

from paintreel.learn.blocks.scene_io import ROUGH_CHANNELS, CategoryShift, scene_of, unused_code
from paintreel.learn.models.scene_network import SceneGenerator, SceneNetwork


class Flat(SceneGenerator):
    multiple, code_size = 4, 1

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Conv2d(ROUGH_CHANNELS, width, 3, padding=1)
        self.category = CategoryShift(width)
        self.head = nn.Conv2d(width, 3, 3, padding=1)

    @property
    def halo_px(self) -> int:
        return 4

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        change = self.head(self.category(self.body(rough).relu(), category))
        scene = scene_of(change, rough, residual=True, training=self.training)
        return scene, unused_code(rough, code, mix)


NETWORK = SceneNetwork(Flat, {"tiny": 4, "light": 16})
'''


def recipe(copy: Copy, system: str) -> None:
    text = (
        f'system = "{system}"\nname = "{system}"\ndescription = "Made in a test."\n'
        'licence = "CC0-1.0"\ncredit = "nobody"\n\n[settings]\nseed = 3\n'
    )
    (copy.folder / f"{system}.toml").write_text(text, "utf-8")


def test_a_new_stylizer_is_a_model_a_trainer_a_row_and_a_recipe(copy: Copy) -> None:
    copy.add("learn/models/tint.py", TINT_MODEL)
    copy.add("learn/trainers/tint.py", TINT_TRAINER)
    copy.add_row("learn/systems.py", "_ROWS", TINT_ROW)
    recipe(copy, "tint")
    copy.draw(*names("art", 4))
    arguments = ("--recipe", "tint.toml", "--set", "preset=tiny", "--budget", "2steps")
    copy.run("train", "tint", *arguments, "--art", "art", "--out", "run")
    copy.draw("photo.png")
    copy.run("stylize", "photo.png", "-o", "out.png", "--style", "run/style.onnx")
    assert copy.open("out.png").shape == copy.open("photo.png").shape
    assert "tint" in copy.run("train", "--help")


TINT_ROW = """
    System(
        "tint",
        settings="trainers.tint:TintSettings",
        trainer="trainers.tint:train_tint",
        export="trainers.stylizer:export_stylizer",
        file="style.onnx",
        try_it="paintreel stylize photo.jpg -o painted.png --style {path}",
    )"""
TINT_MODEL = '''"""A stylizer that mixes the channels of each pixel."""

from __future__ import annotations

from torch import Tensor, nn

from paintreel.learn.models.stylizer import Stylizer


class Tint(Stylizer):
    multiple = 1

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Sequential(nn.Conv2d(3, width, 1), nn.ReLU(), nn.Conv2d(width, 3, 1))

    @property
    def halo_px(self) -> int:
        return 1

    def forward(self, x: Tensor) -> Tensor:
        return (x + self.mix(x)).clamp(0, 1)


PRESETS = {"tiny": 4, "light": 32}
'''
TINT_TRAINER = '''"""Tint learns to leave art as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.parts import Learner, Randomness, StepTrainer, seeded, to_device
from paintreel.learn.models.tint import PRESETS, Tint
from paintreel.learn.trainers.stylizer import paint_picture
from paintreel.learn.trainers.training_run import Folders, Run, Trained


@dataclass(frozen=True)
class TintSettings:
    preset: str = "light"
    seed: int = 0


class TintTrainer(StepTrainer[Tint]):
    def __init__(self, settings: TintSettings, art: list[Array], group: ProcessGroup) -> None:
        with seeded(settings.seed, group):
            network = Tint(PRESETS[settings.preset])
        self.learner = Learner(
            network, lambda n: torch.optim.Adam(n.parameters(), 1e-3), ema_decay=0.9, group=group
        )
        super().__init__(self.learner, Randomness(settings.seed, group), group=group)
        self.art = art
        self.crops = CropSampler([(a,) for a in art], crop_px=32, batch=2, rng=self.rng)

    def step(self, progress: float) -> dict[str, float]:
        x = to_device(self.crops()[0], self.group)
        self.learner.clear()
        loss = (self.learner.parallel(x) - x).abs().mean()
        loss.backward()
        self.learner.update(max_norm=1.0)
        return {"change": float(loss.detach())}

    def sample_sheet(self) -> Array:
        return np.hstack([self.art[0], paint_picture(self.average.module, self.art[0])])

    def measures(self) -> dict[str, float]:
        after = paint_picture(self.average.module, self.art[0]).astype(float)
        return {"change": float(np.abs(after - self.art[0]).mean())}


def train_tint(run: Run, folders: Folders) -> Trained[Tint] | None:
    run.claim(folders.art)
    art = scan(folders.art, what="--art")
    with join_process_group() as group:
        pictures = load_pictures(art, what="--art", max_side_px=256)
        trainer = TintTrainer(run.settings, pictures, group)
        training = run.train(trainer, group=group, data_hash=art.hash()[:16])
    return None if training is None else Trained(trainer.average.module, training)
'''
