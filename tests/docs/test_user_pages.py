"""What the pages for users say is so: licence, install, questions, words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import paintreel
from paintreel.cli.main import main
from paintreel.options import VERBS, described, flag_of, options_of
from paintreel.runtime.licences import terms_of

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.glob("*.md"))]
LICENCE, INSTALL, QUESTIONS, GLOSSARY = (
    (DOCS / f"{name}.md").read_text("utf-8")
    for name in ("licence", "install", "questions", "glossary")
)


def anchor_of(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors_of(page: Path) -> set[str]:
    return {anchor_of(h) for h in re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)}


def test_links_to_headings_lead_to_one():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]*#[^)]+)\)", page.read_text("utf-8")):
            file, anchor = target.split("#")
            if not file.startswith("http") and anchor not in anchors_of(
                page.parent / file if file else page
            ):
                broken.append(f"{page.name}: {target}")
    assert broken == []


# May I sell it?


def test_every_painter_has_its_line_from_its_card():
    rows = re.findall(r"^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \|$", LICENCE, re.M)
    models = [*paintreel.list_models(), *paintreel.list_models("scene")]
    assert {name for name, _, _ in rows} == {model.name for model in models}
    for name, sold, line in rows:
        card = next(model.card for model in models if model.name == name)
        assert line == paintreel.credits(name)
        assert " ".join(card.contract.credit.split()).rstrip(".") in line
        assert sold == terms_of(card.contract.licence).sold


def test_it_answers_yes_for_all_that_ships():
    for model in [*paintreel.list_models(), *paintreel.list_models("scene")]:
        assert terms_of(model.card.contract.licence).sold == "yes, with credit"


def test_the_answer_is_short():
    assert len(LICENCE.splitlines()) < 55


# Install.


def test_powershell_does_what_make_demo_does():
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    made = re.findall(r"^\t\$\(BIN\)/(paintreel stylize .*)$", makefile, re.M)
    block = re.search(r"```powershell\n(.*?)```", INSTALL, re.DOTALL)[1]
    lines = [line.removeprefix(".venv\\Scripts\\") for line in block.splitlines()]
    shown = [line.replace("\\", "/") for line in lines if line.startswith("paintreel")]
    assert shown == made
    assert "pip install -e . -c constraints.txt" in block


def test_the_extras_are_those_of_the_project():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    listed = re.findall(r"^\| `(\w+)` \|", INSTALL, re.M)
    assert set(listed) == set(extras) - {"test"}


def test_every_accelerator_has_a_row_with_its_package():
    """The table of machines is that of the program, in the order in which `gpu` tries them."""
    from paintreel.runtime.devices import ACCELERATORS

    rows = [line for line in INSTALL.splitlines() if line.startswith("| ") and "`" in line]
    for place in ACCELERATORS:
        named = {f"`{place.package.split('[')[0]}", f"`{place.device}`"}
        assert any(
            all(name in row for name in named) and ("taken by itself" in row) == place.by_itself
            for row in rows
        ), place
    order = ", ".join(place.title.split()[-1].replace("GPU", "Intel") for place in ACCELERATORS)
    assert order in " ".join(INSTALL.split())


# Questions.


def test_every_question_is_answered_shortly():
    answers = re.split(r"^### ", QUESTIONS, flags=re.M)[1:]
    assert 15 <= len(answers) <= 24
    for answer in answers:
        question, *rest = answer.splitlines()
        words = re.sub(r"```sh.*?```", "", "\n".join(rest), flags=re.S)
        assert 1 <= len([line for line in words.splitlines() if line.strip()]) <= 5, question
        assert "](" in answer or "```sh" in answer or "`" in answer, question


def test_options_that_pages_name_are_there():
    flags = {flag_of(f, facts) for v in VERBS for f, facts, _ in described(options_of(v))}
    flags |= {"--version", "--help"}
    for page in (LICENCE, QUESTIONS, GLOSSARY):
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"#[^)\s]+", "", page)))
        assert named - flags == set()


@pytest.fixture
def photo(tmp_path: Path, make_picture, save_picture, monkeypatch, tiny_style) -> Path:
    monkeypatch.chdir(tmp_path)
    return save_picture(tmp_path / "photo.png", make_picture(3))


def test_results_lie_beside_and_inputs_stay_as_they_are(photo: Path, capsys):
    before = photo.read_bytes()
    assert main(["stylize", "photo.png", "--style", "tiny"]) == 0
    assert capsys.readouterr().out == "photo-tiny.png\n"
    for more in ([], ["--overwrite"]):
        assert main(["stylize", "photo.png", "-o", "photo.png", "--style", "tiny", *more]) == 2
        assert "is an input" in capsys.readouterr().err
    assert main(["stylize", "photo.png", "--style", "tiny"]) == 1  # nothing is replaced unasked
    assert photo.read_bytes() == before


def test_a_silent_clip_stays_silent(photo: Path, make_lossless_clip, make_picture):
    from paintreel.media.probe import probe

    clip = make_lossless_clip(photo.parent / "clip.mkv", [make_picture(i) for i in range(3)])
    assert main(["stylize", str(clip), "-o", "painted.mp4", "--style", "tiny"]) == 0
    assert probe("painted.mp4").audio == ()


def test_steadier_clips_flicker_less(
    photo: Path, make_lossless_clip, make_picture, add_noise, capsys
):
    """The first answer to flicker is right: --steady takes some of it away."""
    import json

    still = make_picture(5, 96, 128)
    frames = [add_noise(still, 6, seed) for seed in range(8)]
    make_lossless_clip(photo.parent / "clip.mkv", frames)
    ratios = []
    for steady in ("0", "0.9"):
        command = ["stylize", "clip.mkv", "-o", "out.mkv", "--codec", "ffv1", "--overwrite"]
        assert main([*command, "--style", "tiny", "--steady", steady]) == 0
        command = ["score", "out.mkv", "--reference", "clip.mkv", "--metrics", "flicker_ratio"]
        assert main([*command, "--json", "score.json"]) == 0
        ratios.append(
            json.loads(Path("score.json").read_text())["summary"]["flicker_ratio"]["mean"]
        )
    assert ratios[1] < 0.9 * ratios[0]


def test_the_speeds_are_those_of_the_cards():
    speed = paintreel.list_models()[0].card.speed
    slow, fast = re.search(r"about (\d+) frames .*?, (\d+) with OpenVINO", QUESTIONS, re.S).groups()
    assert (int(slow), int(fast)) == (
        round(speed["fps_720p_onnxruntime"]),
        round(speed["fps_720p"]),
    )


def test_strength_halfway_is_between(photo: Path, make_picture):
    style = paintreel.Style("tiny")
    half = style(make_picture(3), strength=0.6).astype(float)
    mixed = 0.4 * make_picture(3) + 0.6 * style(make_picture(3)).astype(float)
    assert np.abs(half - mixed).max() <= 1


# Words.


def test_every_word_is_linked_from_another_page():
    words = [anchor_of(word) for word in re.findall(r"^### (.*)$", GLOSSARY, re.M)]
    assert len(words) >= 20
    others = "".join(page.read_text("utf-8") for page in PAGES if page.name != "glossary.md")
    linked = set(re.findall(r"glossary\.md#([\w-]+)", others)) | set(
        re.findall(r"\(#([\w-]+)\)", GLOSSARY)
    )
    wanted = {"block-in", "grbm", "mffcn", "judge", "gini-coefficient", "warping-error", "tile"}
    wanted |= {"fréchet-distance", "kernel-distance", "card", "seed", "recipe", "flicker", "bf16"}
    assert wanted <= linked
    assert wanted <= set(words)
