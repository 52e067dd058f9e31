from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.data.labelled import (
    UNKNOWN,
    LabelledCrops,
    LabelledFolder,
    LabelledPictures,
    find_labelled,
)
from paintreel.worlds.categories import LABELS


@pytest.fixture
def folders(tmp_path: Path, fill_folder) -> tuple[Path, Path, Path]:
    """Six panels, four photographs, four each of two drawn media."""
    art = fill_folder(tmp_path / "art", 6, 100)
    rows = [("00", "forest", "forest", "water"), ("01", "water", "water", "water")]
    rows += [("02", "forest", "water", "none"), ("03", "none", "none", "forest")]
    table = "file\trater\tscene\n"
    for name, *votes in rows:
        table += "".join(f"{name}.png\t{i}\t{vote}\n" for i, vote in enumerate(votes))
    (art / "ratings.tsv").write_text(table)
    for medium, seed in (("ink", 200), ("oil", 300)):
        fill_folder(tmp_path / "styles" / medium, 4, seed)
    return art, fill_folder(tmp_path / "photo", 4), tmp_path / "styles"


def names(folder: LabelledFolder) -> list[tuple[str, str]]:
    """(medium, file) of every picture."""
    paths = [path.name for part in folder.folders for path in part.paths]
    return list(zip((folder.media[i] for i in folder.medium), paths, strict=True))


def test_media_and_scenes(folders):
    train, held = find_labelled(*folders, held_out=["05.png"])
    assert train.media == ("panel", "photograph", "ink", "oil")
    assert train.count() == {"panel": 5, "photograph": 4, "ink": 4, "oil": 4}
    assert names(held) == [("panel", "05.png")]
    scenes = {name: label for (_, name), label in zip(names(train)[:5], train.scene, strict=False)}
    forest, water = LABELS.index("forest"), LABELS.index("water")
    assert list(scenes.values()) == [forest, water, UNKNOWN, UNKNOWN, UNKNOWN]
    assert set(train.scene[5:]) == {UNKNOWN}


def test_nothing_is_on_both_sides(folders):
    train, held = find_labelled(*folders, held_out=["ink/0[12]*", "03.png"])
    assert not set(names(train)) & set(names(held))
    assert {("ink", "01.png"), ("ink", "02.png"), ("panel", "03.png")} <= set(names(held))
    assert train.media == held.media


def write_manifests(folders: tuple[Path, Path, Path], licences: dict[str, str]) -> None:
    for root in folders:
        files = sorted(p.relative_to(root).as_posix() for p in root.rglob("*.png"))
        rows = [f"{f}\t{licences.get(f.split('/')[0], 'CC0-1.0')}" for f in files]
        (root / "manifest.tsv").write_text("file\tlicence\n" + "\n".join(rows) + "\n")


def test_only_allowed_licences_are_taken(folders):
    write_manifests(folders, {"ink": "CC-BY-SA-4.0 (mix)", "oil": "public domain"})
    wanted = ["CC0*", "CC-BY-[0-9]*", "public*domain*"]
    train, held = find_labelled(*folders, licences=wanted, held_out=["ink/*", "05.png"])
    assert train.media == ("panel", "photograph", "oil")
    assert names(held) == [("panel", "05.png")]
    with pytest.raises(DataError, match="panels and one more medium"):
        find_labelled(*folders, licences=["MIT"])


def test_licences_need_a_manifest(folders):
    with pytest.raises(DataError, match=r"manifest.tsv cannot be read"):
        find_labelled(*folders, licences=["CC0*"])
    write_manifests(folders, {})
    (folders[0] / "manifest.tsv").write_text("file\tterms\n")
    with pytest.raises(DataError, match="has no column licence"):
        find_labelled(*folders, licences=["CC0*"])


def test_what_cannot_be_split_is_an_error(folders, fill_folder):
    with pytest.raises(DataError, match="every picture of ink is held out"):
        find_labelled(*folders, held_out=["ink/*"])
    fill_folder(folders[2] / "panel", 4)
    with pytest.raises(DataError, match="may not be called 'panel'"):
        find_labelled(*folders)
    with pytest.raises(DataError, match="is not a folder"):
        find_labelled(folders[0], folders[1], folders[2] / "none")


def sampler(data: LabelledPictures, seed: int = 0, **changes) -> LabelledCrops:
    given = {"panel": 0, "panel_share": 0.5, "crop_px": 48, "batch": 40, "strength": 0.5}
    return LabelledCrops(data, **given | changes, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def uneven(picture) -> LabelledPictures:
    """Two panels, one of a rare scene, three pictures of one medium, one of another."""
    media = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2])
    scenes = np.array([3, 3, 3, 3, 1, *[UNKNOWN] * 4])
    return LabelledPictures([picture(i, 60 + 9 * i, 80) for i in range(9)], media, scenes)


def test_media_are_drawn_evenly_and_panels_by_their_share(uneven):
    draw = sampler(uneven)
    assert draw.weights.sum() == pytest.approx(1)
    by_medium = [draw.weights[uneven.medium == i].sum() for i in range(3)]
    assert by_medium == pytest.approx([0.5, 0.25, 0.25])
    rare, common = draw.weights[4], draw.weights[:4].sum()
    assert rare / common == pytest.approx(0.5)  # one picture against four, by the root
    seen: Counter[int] = Counter()
    for _ in range(10):
        crops, media, scenes = draw()
        assert crops.shape == (40, 3, 48, 48)
        assert crops.dtype == np.float32
        assert 0 <= crops.min() < crops.max() <= 1
        assert set(scenes[media != 0]) <= {UNKNOWN}
        seen.update(media.tolist())
    assert seen[0] / 400 == pytest.approx(0.5, abs=0.1)  # four standard errors


def test_the_seed_decides(uneven):
    first, second, other = sampler(uneven)(), sampler(uneven)(), sampler(uneven, seed=1)()
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_crops_reach_from_a_window_to_the_whole_short_side():
    ramp = np.tile(np.linspace(0, 255, 400).astype(np.uint8)[None, :, None], (300, 1, 3))
    data = LabelledPictures([ramp, ramp], np.array([0, 1]), np.array([UNKNOWN] * 2))
    crops, _, _ = sampler(data, strength=0.0, batch=60)()
    spans = np.ptp(crops.mean(axis=(1, 2)), axis=1) * 400
    assert spans.min() < 70
    assert spans.max() > 240
