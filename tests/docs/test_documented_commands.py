"""What the documentation prints works: its commands are run, its links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from fractions import Fraction
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw
from voices import spoken, write_sound

from paintreel.cli.main import main
from paintreel.media.generated import GeneratedFrames
from paintreel.media.video import write_video
from paintreel.rig.figure import FigureDrawer
from paintreel.rig.identity_files import find_identity
from paintreel.rig.pose import Pose
from paintreel.runtime.emotions import MOODS

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
PAGES += sorted((REPOSITORY / "docs").glob("*.md"))
README = PAGES[0]
"""Its commands are run as they stand by test_readme_commands."""
SOURCES = [*PAGES, *sorted((REPOSITORY / "recipes").rglob("*.toml"))]

EXEMPT = {
    "make ": "installs, or runs these tests",
    "paintreel train afgan ": "needs photographs of people; test_train_afgan.py trains on one",
    "pip install ": "installs",
    "apt-get download ": "installs",
    "python -m paintreel.learn.release.taxonomy ": "needs a package of Debian",
    "python -m paintreel.learn.release.word_machine": "would replace what is bundled",
    "pip uninstall ": "uninstalls",
    "pipx install ": "installs",
    "uv tool install ": "installs",
    "python3 -m venv ": "installs",
    ".venv/bin/python -m pip install ": "installs",
    ". .venv/bin/activate": "speaks of the reader's environment",
    "paintreel stylize INPUT... -o OUT [options]": "is the form of all commands, not one of them",
    "export RAY_AUTH_MODE=": "takes a secret of the reader's",
    "ray start ": "starts a cluster; tests/cluster runs on two nodes",
    "paintreel stylize reel/ -o painted/ --ray ": "needs a cluster, as tests/cluster has one",
    "paintreel stylize s3://": "needs storage; tests/storage has a server of it",
    "paintreel studio --data /shared/studio ": "needs a cluster, and serves until it is ended",
    "torchrun --nnodes=2 ": "needs two machines",
    "sbatch ": "needs Slurm; tests/cluster/test_scripts.py looks at the script",
    "kubectl ": "needs Kubernetes; tests/cluster/test_scripts.py looks at the file",
    "paintreel studio --data studio": "serves until it is ended; tests/studio does that",
    "python -m paintreel.learn.export.vgg19 ": "needs weights that are not in the repository",
    "python -m paintreel.learn.export.inception ": "needs weights that are not in the repository",
    "python -m paintreel.learn.experiments.scene.rating ": "needs all systems and filled ballots",
    "python -m paintreel.learn.export.mtcnn ": "needs weights that are not in the repository",
    "python -m paintreel.learn.data.line_packing ": "needs packages that nothing else needs",
    "paintreel experiment mood --weights ": "needs weights that are not in the repository",
    "paintreel train colorize --recipe ": "needs the pack of pairs",
    "paintreel train lineart --recipe ": "needs the pack of pairs",
    "paintreel train colour-script --recipe ": "needs rated panels of every mood",
    "paintreel experiment lines --recipe recipes/lines.toml --art runs/": "needs the pack of pairs",
}
"""Beginning of a line -> why it is not run."""


def documented_blocks(page: Path) -> list[list[str]]:
    """The commands of a page by shell block; the head of a recipe is one block.

    Continuations are joined, comments dropped.
    """
    text = page.read_text("utf-8")
    if page.suffix == ".md":
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    else:
        head = re.match(r"(?:#.*\n)*", text)[0]
        blocks = [re.sub(r"^# ?", "", head, flags=re.MULTILINE)]
    blocks = [re.sub(r"\\\n\s*", "", block) for block in blocks]
    lines = [[re.sub(r"\s#.*", "", x).strip() for x in block.splitlines()] for block in blocks]
    if page.suffix != ".md":  # prose stands around the commands
        begins = ("paintreel ", "python -m ", "torchrun ")
        lines = [[line for line in block if line.startswith(begins)] for block in lines]
    return [[line for line in block if line] for block in lines]


ALL_LINES = [line for page in SOURCES for block in documented_blocks(page) for line in block]


def blocks_to_run() -> dict[str, list[str]]:
    """ "PAGE:N", N the block -> its commands but those that an earlier block has printed."""
    known: set[str] = set()
    blocks = {}
    for page in SOURCES:
        if page == README:
            continue
        for number, block in enumerate(documented_blocks(page), 1):
            new = [line for line in dict.fromkeys(block) if line not in known]
            known.update(new)
            if run := [line for line in new if not line.startswith(tuple(EXEMPT))]:
                blocks[f"{page.relative_to(REPOSITORY).as_posix()}:{number}"] = run
    return blocks


BLOCKS = blocks_to_run()


# A folder that holds what the pages speak of, all of it small.


def draw(path: Path, *, seed: int, size_px: tuple[int, int] = (208, 176)) -> None:
    """A picture with shapes, shades and some grain; the same `seed` gives the same one."""
    rng = np.random.default_rng(seed)
    width, height = size_px
    y, x = np.mgrid[:height, :width].astype(np.float32) / height
    pixels = np.stack([0.3 + 0.4 * y, 0.6 - 0.3 * x, 0.5 + 0.2 * np.sin(7 * x + seed)], axis=2)
    for _ in range(12):
        centre, radius = rng.uniform(0, 1.2, 2), rng.uniform(0.05, 0.3)
        inside = np.hypot(x - centre[0], y - centre[1]) < radius
        pixels[inside] = 0.7 * rng.uniform(0, 1, 3) + 0.3 * pixels[inside]
    pixels += rng.normal(0, 0.02, pixels.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8)).save(path)


def draw_lines(path: Path) -> None:
    """A line sketch: black circles on white."""
    picture = Image.new("L", (208, 176), 255)
    for radius in (20, 45, 70):
        ImageDraw.Draw(picture).circle((100, 90), radius, outline=0)
    picture.save(path)


def draw_masks(here: Path) -> None:
    """Discs in pictures of the sizes that the pages' pictures have, and a clip of them."""

    def mask(width: int, height: int) -> Image.Image:
        picture = Image.new("L", (width, height), 0)
        ImageDraw.Draw(picture).circle((width // 2, height // 2), height // 3, fill=255)
        return picture

    with Image.open(here / "photo.jpg") as photo:
        mask(*photo.size).save(here / "mask.png")
    (here / "masks").mkdir()
    for name in PICTURES:
        mask(208, 176).save(here / "masks" / name)
    with av.open(here / "matte.mp4", "w") as written:
        stream = written.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 176, 96, "yuv420p"
        for _ in range(8):
            frame = av.VideoFrame.from_image(mask(176, 96).convert("RGB"))
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))


def draw_hints(path: Path) -> None:
    """Two dots of colour on nothing, for the sketch."""
    picture = Image.new("RGBA", (208, 176), (0, 0, 0, 0))
    ImageDraw.Draw(picture).circle((100, 90), 5, fill=(200, 60, 40, 255))
    ImageDraw.Draw(picture).circle((150, 90), 5, fill=(60, 90, 200, 255))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def draw_clip_of_lines(path: Path) -> None:
    """Four frames of the sketch."""
    with av.open(path, "w") as written:
        stream = written.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 208, 176, "yuv420p"
        for number in range(4):
            picture = Image.new("RGB", (208, 176), (255, 255, 255))
            for radius in (20, 45, 70):
                centre = (100 + 2 * number, 90)
                ImageDraw.Draw(picture).circle(centre, radius, outline=(0, 0, 0), width=2)
            written.mux(stream.encode(av.VideoFrame.from_image(picture)))
        written.mux(stream.encode(None))


def cut(source: Path, target: Path, *, frames: int = 8) -> None:
    """The first frames of a clip, small, without sound."""
    with av.open(source) as read, av.open(target, "w") as written:
        is_gif = target.suffix == ".gif"
        stream = written.add_stream("gif" if is_gif else "libx264", rate=24)
        stream.width, stream.height = 176, 96
        stream.pix_fmt = "rgb8" if is_gif else "yuv420p"
        for number, frame in enumerate(islice(read.decode(video=0), frames)):
            small = frame.reformat(width=176, height=96, format=stream.pix_fmt)
            small.pts, small.time_base = number, Fraction(1, 24)
            written.mux(stream.encode(small))
        written.mux(stream.encode(None))


PICTURES = [f"{letter}.png" for letter in "abcdef"]
PANELS = [f"E{episode:02}P{page:02}.png" for episode in (1, 2, 5, 16) for page in (1, 2)]
SCENES = ("forest", "settlement", "interior", "water", "night_sky", "open_land")
MEDIA = (
    "line_and_flat_colour",
    "oil_painting",
    "watercolour",
    "flat_vector",
    "digital_cartoon",
)


def draw_set(
    folder: Path, names: list[str], *, seed: int, size_px: tuple[int, int] = (208, 176)
) -> None:
    for number, name in enumerate(names):
        draw(folder / name, seed=seed + number, size_px=size_px)


def write_table(path: Path, rows: list[tuple[str, ...]]) -> None:
    path.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")


def act(path: Path) -> None:
    """Half a second of a drawn face, which another character is moved by."""
    figure = FigureDrawer(find_identity("boy"), (256, 256), framing="face")
    pictures = (figure.draw(Pose(tilt_deg=float(number))) for number in range(12))
    shown = (np.where(one[..., 3:] > 127, one[..., :3], 190).astype(np.uint8) for one in pictures)
    write_video(GeneratedFrames(shown, size_px=(256, 256), rate=Fraction(24), count=12), path)


def draw_panels(folder: Path) -> None:
    """Painted panels of several episodes, with the moods and scenes of two raters."""
    draw_set(folder, PANELS, seed=300, size_px=(176, 160))
    rows = [(n, r, MOODS[i % 6], SCENES[i % 6], "5") for i, n in enumerate(PANELS) for r in "AB"]
    head = ("file", "rater", "emotion", "scene", "appeal")
    write_table(folder / "ratings.tsv", [head, *rows])


def draw_data(folder: Path) -> None:
    """What the recipes learn from, in small: panels, photographs by source, art by medium."""
    draw_panels(folder / "art")
    rows = [(file, "CC-BY-4.0") for file in PANELS]
    write_table(folder / "art" / "manifest.tsv", [("file", "licence"), *rows])
    sources = ["coco/1.png", "coco/2.png", "coco/4.png", "nature/a.png", "nature/b.png"]
    sources += ["elementary/a.png", "elementary/b.png"]
    drawings = [f"{medium}/{name}" for medium in MEDIA for name in PICTURES[:4]]
    for part, files, seed in (("photo", sources, 500), ("styles", drawings, 600)):
        draw_set(folder / part, files, seed=seed, size_px=(336, 176))
        rows = [(file, "CC0-1.0") for file in files]
        write_table(folder / part / "manifest.tsv", [("file", "licence"), *rows])


def speak(folder: Path, faces: Path) -> None:
    """Voices of two speakers, and pictures of two families, that are labelled with emotions."""
    emotions = ("anger", "neutral", "sadness")
    rows = []
    for number, (speaker, emotion) in enumerate((s, e) for s in "AB" for e in emotions):
        path = folder / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_sound(path, spoken(4, 1.0, seed=number).samples[None])
        rows.append((path.name, emotion, speaker))
        draw(faces / f"{number}.png", seed=700 + number, size_px=(96, 96))
    write_table(folder / "manifest.tsv", [("file", "emotion", "speaker"), *rows])
    drawn = [(f"{number}.png", emotion, f"family {who}") for number, (_, emotion, who)
             in enumerate(rows)]  # fmt: skip
    write_table(faces / "manifest.tsv", [("file", "emotion", "family"), *drawn])


@pytest.fixture(scope="session")
def props(tmp_path_factory) -> Path:
    """A folder that holds `here`, where commands run, and `shared`; every page gets a copy."""
    top = tmp_path_factory.mktemp("props")
    here = top / "here"
    here.mkdir()
    with Image.open(REPOSITORY / "examples" / "photo.jpg") as photo:
        photo.thumbnail((256, 256))
        photo.save(here / "photo.jpg")
    for suffix in (".mp4", ".mov", ".mkv", ".gif"):
        name = "loop.gif" if suffix == ".gif" else f"clip{suffix}"
        cut(REPOSITORY / "examples" / "clip.mp4", here / name)
    for copy in ("painted.mp4", "mine.mp4", "theirs.mp4"):
        shutil.copy(here / "clip.mp4", here / copy)
    sets = {"holiday": 10, "photos": 10, "painted": 11, "mine": 12, "ours": 12, "theirs": 13}
    for folder, seed in {**sets, "my-art": 100, "my-photos": 200}.items():
        draw_set(here / folder, PICTURES, seed=seed)
    draw_masks(here)
    draw_panels(here / "panels")
    shutil.copy(here / "panels" / "ratings.tsv", here)
    draw(here / "rough.png", seed=1)
    draw(here / "panel.png", seed=2)
    for name in ("harbour-lines", "street-night-lines", "meadow"):
        shutil.copy(REPOSITORY / "examples" / "roughs" / f"{name}.png", here)
    speak(here / "speech", here / "faces")
    speak(top / "shared" / "data" / "speech", top / "shared" / "data" / "faces")
    shutil.copy(here / "speech" / "0.wav", here / "line.wav")
    (here / "takes").mkdir()
    shutil.copy(here / "speech" / "0.wav", here / "takes" / "first.wav")
    (here / "feelings.json").write_text('[[0.0, {"fear": 0.8}], [0.5, {"happiness": 1}]]')
    act(here / "performance.mp4")
    draw_lines(here / "lines.png")
    draw_lines(here / "scan.png")
    for name in ("a", "b"):
        (here / "drawings").mkdir(exist_ok=True)
        draw_lines(here / "drawings" / f"{name}.png")
    draw_hints(here / "hints.png")
    draw_hints(here / "hints" / "a.png")
    draw_clip_of_lines(here / "drawn.mp4")
    draw(here / "painting.png", seed=31, size_px=(176, 96))  # over a frame of clip.mp4
    page = (REPOSITORY / "docs" / "character.md").read_text("utf-8")
    (captain,) = re.findall(r"```toml\n(# captain.*?)```", page, re.DOTALL)
    (here / "captain.toml").write_text(captain, "utf-8")
    shutil.copy(REPOSITORY / "examples" / "story.fountain", here)
    (here / "dialogue.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nI am so happy!\n")
    shutil.copytree(REPOSITORY / "recipes", here / "recipes")
    extractor = next((REPOSITORY / "src/paintreel/weights/features").glob("*.onnx"))
    for name in ("vgg19", "inception"):
        shutil.copy(extractor, here / f"{name}.onnx")
    draw_data(top / "shared" / "data")
    (top / "shared" / "data" / "video").mkdir()
    shutil.copy(here / "clip.mp4", top / "shared" / "data" / "video")
    (top / "roughs").mkdir()
    return top


# Running them.

SMALLER = {
    r"paintreel train (?!svmm|classifiers|colour-script)": "--set preset=tiny --budget 2steps",
    r"paintreel train classifiers ": "--set most=6 --set folds=2 --set strangers=2",
    r"paintreel train (fsgan|extractor) ": "--set batch=2 --set crop_px=64",
    r"paintreel train fsgan .*--recipe ": "--set start=",
    r"paintreel train (ugatit|animegan2|animegan3|whitebox) ": "--set batch=1 --set crop_px=96 "
    "--set max_side_px=320",
    r"paintreel experiment stylizers ": "--trials 1 --pictures 2 --systems fsgan,whitebox "
    "--set crop_px=96 --set batch=1",
    r"paintreel train painter ": "--set start= --set pairs.batch=2",
    r"paintreel train (mffcn|cdlm|osdlm|pix2pixhd) ": "--set pairs.batch=2 --set pairs.crop_px=64",
    r"paintreel train svmm ": "--set steps=20 --set classes=4 --set patches=60",
    r"paintreel train (mffcn|painter|cdlm|osdlm|pix2pixhd|svmm) ": "--roughs ../roughs",
    r"paintreel train emotion ": "--set steps=2 --set batch=4 --set folds=2 "
    "--set voice_copies=0 --set face_copies=0",
    r"paintreel train colour-script ": "--set least=1",
    r"paintreel experiment emotion ": "--preset tiny --systems paper",
    r"paintreel experiment grade ": "--pictures 2",
    r"paintreel experiment (?!emotion|grade|script)": "--preset tiny --budget 2steps --trials 2",
    r"paintreel experiment scene ": "--trials 1 --crops 2 --roughs ../roughs",
    r"paintreel experiment scene .*--art panels/": "--systems grbm",
    r"paintreel experiment scene .*--art ../shared": "--systems osdlm,grbm",
    r"paintreel experiment dske ": "--systems dske,distilled,colours",
    r"paintreel experiment lines ": "--trials 1 --pictures 2 --systems lineart,lineart_canny",
    r"paintreel train (lineart|colorize) ": "--set batch=2 --set pairs.side_px=64",
    r"paintreel experiment fuse ": "--trials 1 --pictures 2 --systems full,no_attention",
    r"paintreel experiment mood ": "--systems resnet_16,efficientnet_3,recipe",
    r"paintreel scene (--category|\")(?!.*--rough)": "--size 128x72",
    r"paintreel stylize .*--at": "--at 0.1",
    r"paintreel character .*(--voice|--from|--length)": "--size 160x90",
    r"paintreel character .*--length": "--length 0.2",
    r"paintreel scene .*--count": "--count 2",
    r"paintreel character (?!.*--sheet)": "--size 96x96",
    r"paintreel character .*--sheet": "--size 480x480",
    r"paintreel scene .*--margin": "--margin 12",
    r"paintreel train fuse ": "--set batch=1 --set pictures=6 --set sampling.side_px=64",
    r"paintreel fuse (?!--plan)": "--no-adapt",
    r"python -m paintreel.learn.release.judge_training": "--minutes 0.01 --allow-dirty",
    r"python -m paintreel.learn.release.snapshots": "--limit 2",
}
"""Commands -> options that come after their own, so that they take seconds."""


def smaller(line: str) -> str:
    added = [options for pattern, options in SMALLER.items() if re.match(pattern, line)]
    return " ".join([line, *added])


def written_by(arguments: list[str]) -> list[Path]:
    """What a command writes: a page may give several the same name."""
    if "--resume" in arguments:
        return []
    options = [
        "-o",
        "--out",
        "--parallax",
        "--blind",
        *(["--sketch"] if "rough" in arguments[:2] else []),
    ]
    return [Path(value) for option, value in pairwise(arguments) if option in options]


def vote(arguments: list[str]) -> None:
    """Fill in the ballots of a blind trial, which readers do between two commands of a page."""
    if arguments[:2] != ["paintreel", "agree"] or "--key" not in arguments:
        return
    at = arguments.index("--key")
    empty = (Path(arguments[at + 1]).parent / "ballot.csv").read_text().splitlines()
    for ballot in arguments[2:at]:
        rows = [row.replace(",,,,", ",left,right,tie,", 1) for row in empty[1:]]
        Path(ballot).write_text("\n".join([empty[0], *rows]))


def run_line(line: str) -> int:
    """Run a documented command in the folder of the process; its exit code."""
    words = shlex.split(smaller(line))
    for path in written_by(words):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    vote(words)
    if words[0] == "paintreel":
        return main(words[1:])
    assert words[:2] == ["python", "-m"]
    import_module(words[2]).main(words[3:])
    return 0


def runs_needed(lines: list[str]) -> list[str]:
    """The documented trainings that make the folders which `lines` read with --run."""
    folders = dict.fromkeys(re.findall(r"--run (\S+)", " ".join(lines)))
    return [next(x for x in ALL_LINES if f"--out {folder} " in x) for folder in folders]


def test_the_pages_print_commands() -> None:
    assert sum(map(len, BLOCKS.values())) >= 30


def test_every_exemption_is_used() -> None:
    assert [e for e in EXEMPT if not any(line.startswith(e) for line in ALL_LINES)] == []


@pytest.mark.parametrize("block", BLOCKS)
def test_the_commands_work(block: str, props: Path, tmp_path: Path, monkeypatch, capfd) -> None:
    shutil.copytree(props, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "roughs")
    (tmp_path / "roughs").symlink_to(props / "roughs")  # made once for all
    monkeypatch.chdir(tmp_path / "here")
    for line in runs_needed(BLOCKS[block]):
        assert run_line(line) == 0
    failures = []
    for line in BLOCKS[block]:
        code = run_line(line)
        said = capfd.readouterr().err.strip().splitlines()
        if code:
            failures.append(f"{line}\n  exit code {code}: {' / '.join(said[-3:])}")
    assert not failures, "\n" + "\n".join(failures)


def test_python_of_the_readme_runs(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "2"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "painted.mp4").stat().st_size > 10_000


def test_links_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if not target.startswith("http") and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []
