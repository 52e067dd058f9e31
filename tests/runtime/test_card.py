from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path

import onnx
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from paintreel.errors import InputError, ModelFileError
from paintreel.runtime.card import Card, card_beside, read_checked, read_model, sha256_of
from paintreel.runtime.contract import CONTRACT_KEY, Contract
from paintreel.runtime.onnx_file import read_metadata

CONTRACT = Contract(
    name="a",
    system="fsgan",
    licence="CC-BY-4.0",
    credit="Ána",
    task="stylize",
    multiple=8,
    halo_px=72,
    tiling="exact",
)


def test_contract_survives_metadata():
    assert Contract.from_metadata(CONTRACT.metadata(), "x.onnx") == CONTRACT


def test_labels_and_code_survive_metadata_and_card(make_scene_model, tmp_path: Path):
    path = make_scene_model(tmp_path / "a", code_size=3)
    for contract in (Contract.from_file(path), card_beside(path).contract):
        assert contract.labels[:2] == ("forest", "settlement")
        assert contract.code_size == 3
    assert (CONTRACT.labels, CONTRACT.code_size) == ((), 0)
    older = json.loads(CONTRACT.metadata()[CONTRACT_KEY])
    del older["labels"], older["code_size"]  # files from before there were any
    assert Contract.from_dict(older, "x.onnx") == CONTRACT


def test_grain_survives_and_is_named_only_where_there_is_some():
    grained = dataclasses.replace(CONTRACT, grain=0.3)
    assert Contract.from_metadata(grained.metadata(), "x.onnx").grain == 0.3
    assert "grain" not in CONTRACT.plain()  # versions that know of none read it
    assert Contract.from_dict(CONTRACT.plain(), "x.onnx").grain == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "name"),
        ({"name": "/../../x"}, "letters, digits, '-' and '_'"),
        ({"name": "a.b"}, "letters, digits"),
        ({"name": "a\n"}, "letters, digits"),
        ({"name": "é"}, "letters, digits"),
        ({"name": "a" * 65}, "at most 64"),
        ({"name": 3}, "letters, digits"),
        ({"system": "a" * 65}, "system"),
        ({"credit": 7}, "credit"),
        ({"credit": "\x1b[2J"}, "credit"),
        ({"licence": None}, "licence"),
        ({"layout": "NHWC"}, "layout"),
        ({"range": (-1.0, 1.0)}, "range"),
        ({"multiple": 0}, "multiple"),
        ({"multiple": 8.0}, "multiple"),
        ({"multiple": 65}, "from 1 to 64"),
        ({"multiple": 2**31}, "from 1 to 64"),
        ({"halo_px": 1025}, "from 0 to 1024"),
        ({"tiling": ["exact"]}, "tiling"),
        ({"multiple": True}, "multiple"),
        ({"halo_px": -1}, "halo_px"),
        ({"tiling": "maybe"}, "tiling"),
        ({"labels": "forest"}, "labels"),
        ({"labels": ("forest", "")}, "labels"),
        ({"labels": ("forest", "forest")}, "labels"),
        ({"code_size": -1}, "code_size"),
        ({"code_size": 2.0}, "code_size"),
        ({"code_size": 4097}, "from 0 to 4096"),
        ({"grain": -0.1}, "grain"),
        ({"grain": 1.5}, "from 0 to 1"),
        ({"grain": True}, "grain"),
        ({"grain": float("nan")}, "grain"),
        ({"labels": tuple(map(str, range(257)))}, "at most 256"),
        ({"labels": (["a"],)}, "labels"),
        ({"version": True}, "version"),
    ],
)
def test_contract_refuses(change: dict, message: str):
    with pytest.raises(InputError, match=message):
        dataclasses.replace(CONTRACT, **change)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "broken contract"),
        ("[]", "expected a table"),
        ("[" * 100_000, "longer than"),
        ("[" * 60_000, "nested too deep"),
        (json.dumps(functools.reduce(lambda x, _: {"a": x}, range(10), 1)), "nested too deep"),
        (json.dumps({"version": True}), "contract version True"),
        (json.dumps({"version": 2}), "contract version 2, this Paintreel reads version 1"),
        (json.dumps({"name": "a"}), "contract version None"),
        (json.dumps({"version": 1, "colour": 3}), "unknown keys.*colour"),
        (json.dumps({"version": 1, "name": "a"}), "broken contract"),
        (json.dumps(dataclasses.asdict(CONTRACT) | {"multiple": "8"}), "multiple"),
        (json.dumps(dataclasses.asdict(CONTRACT) | {"range": 1}), "broken contract"),
    ],
)
def test_broken_metadata_is_named_with_its_file(text: str, message: str):
    with pytest.raises(ModelFileError, match=rf"odd\.onnx.*{message}"):
        Contract.from_metadata({CONTRACT_KEY: text}, "odd.onnx")


@pytest.mark.parametrize("missing", ["task", "multiple", "halo_px", "tiling"])
def test_geometry_and_task_have_no_default(missing: str):
    values = {k: v for k, v in dataclasses.asdict(CONTRACT).items() if k != missing}
    with pytest.raises(TypeError, match=missing):
        Contract(**values)
    with pytest.raises(ModelFileError, match=rf"odd\.onnx has a broken contract: .*{missing}"):
        Contract.from_dict(values, "odd.onnx")


def test_metadata_equals_what_onnx_reads(style_file: Path):
    model = onnx.load(style_file)
    assert read_metadata(style_file.read_bytes(), style_file) == {
        p.key: p.value for p in model.metadata_props
    }


def test_model_without_contract_is_not_ours(style_file: Path, tmp_path: Path):
    model = onnx.load(style_file)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "plain.onnx")
    with pytest.raises(ModelFileError, match="not a Paintreel model"):
        Contract.from_file(tmp_path / "plain.onnx")


@given(kept=st.integers(0, 9999))
def test_every_truncation_is_refused(style_file: Path, tmp_path_factory, kept: int):
    data = style_file.read_bytes()
    cut = tmp_path_factory.getbasetemp() / "cut.onnx"
    cut.write_bytes(data[: kept * len(data) // 10_000])
    with pytest.raises(ModelFileError, match=r"cut\.onnx"):
        Contract.from_file(cut)


@given(data=st.binary(max_size=200))
def test_garbage_is_refused(tmp_path_factory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "garbage.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=r"garbage\.onnx"):
        Contract.from_file(path)


def test_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(ModelFileError, match="no such file"):
        Contract.from_file(tmp_path / "none.onnx")


def test_card_survives_the_disk(style_file: Path, tmp_path: Path):
    card = Card.describe(
        style_file,
        description='Two lines\nwith "quotes"',
        speed={"fps_720p": 24.5},
        training={"seed": 7, "command": ["a", "b"], "measures": {"judge": 0.5}},
    )
    card.save(tmp_path / "card.toml")
    assert Card.load(tmp_path / "card.toml") == card
    assert card.sha256 == sha256_of(style_file)
    assert card.size_bytes == style_file.stat().st_size
    assert list(tmp_path.iterdir()) == [tmp_path / "card.toml"]


def test_words_said_later_survive_the_disk_and_are_left_out_before(style_file, tmp_path: Path):
    card = Card.describe(style_file)
    card.save(tmp_path / "card.toml")
    assert "weaknesses" not in (tmp_path / "card.toml").read_text()  # older versions read it too
    said = {"look": "pale wet washes", "learnt_from": "x", "weaknesses": ["a", "b"]}
    seen = dataclasses.replace(card, research=True, **said)
    seen.save(tmp_path / "card.toml")
    assert Card.load(tmp_path / "card.toml") == seen
    assert seen.weaknesses == ("a", "b")


def test_card_leaves_out_what_is_none(style_file: Path, tmp_path: Path):
    training = {"commit": None, "measures": {"a": None, "b": 1}}
    Card.describe(style_file, training=training).save(tmp_path / "card.toml")
    assert Card.load(tmp_path / "card.toml").training == {"measures": {"b": 1}}


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "file = 3", "[contract]\nversion = 9", "\x00", 'surprise = "x"'),
        *("a = " + "[" * 30_000, "a" + ".a" * 20_000 + " = 1", "[a" + ".a" * 30_000 + "]"),
        *("x = " + "1" * 5000, "#" * 70_000),
    ],
)
def test_broken_card_is_refused(tmp_path: Path, text: str):
    (tmp_path / "card.toml").write_text(text)
    with pytest.raises(ModelFileError, match=r"card\.toml"):
        Card.load(tmp_path / "card.toml")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("file", v) for v in ("../model.onnx", "/etc/passwd", "a\\b", "", 3)),
        *(("sha256", v) for v in ("", "0" * 63, "g" * 64, 7)),
        *(("size_bytes", v) for v in (-1, 1.5, "9", True)),
        *(("description", v) for v in (3, "\x1b[31m", "a" * 5000)),
        *(("speed", v) for v in (3, {"fps_720p": "fast"}, {"fps_720p": float("nan")})),
        *(("speed", v) for v in ({"scene_s": "soon"}, {"fps_720p_onnxruntime": float("inf")})),
        *(("look", v) for v in (3, "\x1b[31m", "a" * 65)),
        *(("learnt_from", v) for v in (["x"], "\x00")),
        *(("weaknesses", v) for v in ("hands", [3], [""], ["a", "a"], ["a" * 513], ["\x1b"])),
        *(("research", v) for v in ("no", 0)),
        *(
            ("training", v)
            for v in ("x", ["x"], {"a": functools.reduce(lambda x, _: [x], "a" * 9)})
        ),
    ],
)
def test_fields_of_the_wrong_kind_are_refused(style_file: Path, tmp_path: Path, key: str, value):
    values = dataclasses.asdict(Card.describe(style_file)) | {key: value}
    path = tmp_path / "card.toml"
    path.write_text(tomli_w.dumps(values))
    with pytest.raises(ModelFileError, match=r"card\.toml is not a card"):
        Card.load(path)


def test_a_card_too_long_to_be_read_is_not_written(style_file: Path, tmp_path: Path):
    card = Card.describe(style_file, training={"notes": "x" * 70_000})
    with pytest.raises(InputError, match="at most 65,536"):
        card.save(tmp_path / "card.toml")
    assert list(tmp_path.iterdir()) == []


def test_verify_names_what_differs(style_file: Path, tmp_path: Path):
    card = Card.describe(style_file)
    card.verify(style_file)
    data = style_file.read_bytes()
    changed = tmp_path / "model.onnx"
    changed.write_bytes(data[:-1])
    with pytest.raises(ModelFileError, match=r"bytes, its card says"):
        card.verify(changed)
    changed.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ModelFileError, match="SHA-256"):
        card.verify(changed)


def test_a_card_of_another_file_does_not_switch_the_check_off(
    style_file: Path, make_style, tmp_path: Path
):
    assert card_beside(style_file) == Card.load(style_file.with_name("card.toml"))
    assert card_beside(make_style(tmp_path / "bare", card=False)) is None
    path = make_style(tmp_path / "a").rename(tmp_path / "a" / "other.onnx")
    for read in (card_beside, read_checked, read_model):
        with pytest.raises(ModelFileError, match=r"is the card of model\.onnx, not of other\.onnx"):
            read(path)


def test_what_was_checked_is_what_is_given(style_file: Path, make_style, tmp_path: Path):
    data, card = read_model(style_file)
    assert data == style_file.read_bytes()
    assert card == card_beside(style_file)
    bare = make_style(tmp_path / "bare", card=False)
    assert read_checked(bare) == (bare.read_bytes(), None)
    assert read_model(bare)[1] == Card.describe(bare)
    bare.write_bytes(bare.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="truncated"):
        read_model(bare)


def test_card_and_file_must_promise_the_same(make_style, tmp_path: Path):
    path = make_style(tmp_path / "a")
    card = tmp_path / "a" / "card.toml"
    card.write_text(card.read_text().replace("halo_px = 8", "halo_px = 1"))
    with pytest.raises(ModelFileError, match="another contract"):
        read_model(path)
