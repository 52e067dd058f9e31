from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from paintreel.errors import InputError
from paintreel.learn.engine.settings import apply, parse_overrides, read_recipe


@dataclass(frozen=True)
class Inner:
    ink: float = 0.5
    tint: tuple[float, float, float] = (0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Outer:
    name: str = "light"
    batch: int = 8
    rate: float = 1e-3
    grey: bool = False
    globs: tuple[str, ...] = ()
    shares: dict[str, float] = field(default_factory=lambda: {"a": 0.5, "b": 0.5})
    inner: Inner = field(default_factory=Inner)


def test_overrides():
    pairs = ["batch=4", "inner.ink=0.5", "name=tiny", 'globs=["a/*", "b*"]', "grey=true"]
    assert parse_overrides(pairs) == {
        "batch": 4,
        "inner": {"ink": 0.5},
        "name": "tiny",
        "globs": ["a/*", "b*"],
        "grey": True,
    }
    assert parse_overrides(["shares.a=1", "shares.b=2"]) == {"shares": {"a": 1, "b": 2}}
    assert parse_overrides(['shares={"x/*" = 0.3}']) == {"shares": {"x/*": 0.3}}
    assert parse_overrides([]) == {}


@pytest.mark.parametrize("pair", ["batch", "=4", "", "inner.=3", ".ink=3", "inner..ink=3"])
def test_override_without_key_or_value(pair):
    with pytest.raises(InputError, match="expected key=value"):
        parse_overrides([pair])


def test_override_below_a_value():
    with pytest.raises(InputError, match="inner was given a value"):
        parse_overrides(["inner=1", "inner.ink=2"])


def test_apply_converts_and_merges():
    changed = apply(
        Outer(),
        {
            "rate": 1,
            "globs": ["a", "b"],
            "shares": {"b": 1},
            "inner": {"tint": [0, 1, 0.5]},
        },
    )
    assert changed == Outer(
        rate=1.0,
        globs=("a", "b"),
        shares={"a": 0.5, "b": 1.0},
        inner=Inner(tint=(0.0, 1.0, 0.5)),
    )
    assert type(changed.rate) is float
    assert type(changed.shares["b"]) is float


def test_apply_leaves_the_original():
    settings = Outer()
    apply(settings, {"shares": {"a": 9.0}, "inner": {"ink": 0.9}})
    assert settings == Outer()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"batsh": 4}, "settings has no 'batsh'; did you mean 'batch'"),
        ({"zzz": 4}, "there are: batch, globs"),
        ({"inner": {"inc": 1}}, "settings.inner has no 'inc'; did you mean 'ink'"),
        ({"batch": 4.0}, "settings.batch is 4.0, expected int"),
        ({"batch": True}, "settings.batch is True, expected int"),
        ({"batch": "4"}, "settings.batch is '4', expected int"),
        ({"rate": "fast"}, "settings.rate is 'fast', expected float"),
        ({"rate": True}, "settings.rate is True, expected float"),
        ({"rate": float("nan")}, "settings.rate is nan, expected a finite number"),
        ({"rate": float("inf")}, "settings.rate is inf, expected a finite number"),
        ({"rate": 1e300}, r"settings.rate is 1e\+300, expected at most 1e\+06"),
        ({"batch": 10**8}, "settings.batch is 100000000, expected at most 4096"),
        ({"grey": 1}, "settings.grey is 1, expected bool"),
        ({"name": 3}, "settings.name is 3, expected str"),
        ({"globs": "a/*"}, r"settings.globs is 'a/\*', expected a list"),
        ({"globs": [1]}, "settings.globs is 1, expected str"),
        ({"inner": 3}, "settings.inner is 3, expected a table"),
        ({"inner": {"tint": [0.1]}}, "settings.inner.tint is .*, expected a list of 3"),
        ({"inner": {"tint": [0.1, "x", 0]}}, "settings.inner.tint is 'x', expected float"),
        ({"shares": 3}, "settings.shares is 3, expected a table"),
        ({"shares": {"a": "much"}}, "settings.shares.a is 'much', expected float"),
        ([1], r"settings is \[1\], expected a table"),
    ],
)
def test_apply_names_what_is_wrong(values, message):
    with pytest.raises(InputError, match=message):
        apply(Outer(), values)


def test_where_names_the_source():
    with pytest.raises(InputError, match="recipe has no 'x'"):
        apply(Outer(), {"x": 1}, "recipe")


def test_read_recipe(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('name = "Grün"\n[settings]\nbatch = 2\n', "utf-8")
    assert read_recipe(path) == {"name": "Grün", "settings": {"batch": 2}}


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", None])
def test_bad_recipe(tmp_path, content):
    path = tmp_path / "r.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"recipe .*r\.toml"):
        read_recipe(path)
