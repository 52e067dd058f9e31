"""`scene --emotion`: hour, weather, light and colours follow; a rough keeps its drawing."""

from __future__ import annotations

import numpy as np
import pytest

import paintreel
from paintreel.cli.main import main
from paintreel.drawing.character_light import in_light_of, light_of
from paintreel.errors import InputError
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.scene.felt import read_feeling
from paintreel.scenes.asked import ask
from paintreel.worlds.feelings import SKIES, FeltSky, felt_sky

SIZE = {"size": (128, 72), "method": "grbm"}


def castle(**more) -> np.ndarray:
    return np.asarray(paintreel.scene("medieval castle", seed=3, **SIZE, **more))


def test_hour_and_weather_follow_where_nothing_is_said():
    fear = read_feeling("fear", None)
    assert fear is not None
    asked = ask("medieval castle", feeling=fear.world)
    assert asked.conditions.given == {"time": "night", "weather": "fog"}
    said = ask("a castle at dawn in the snow", feeling=fear.world).conditions
    assert (said.time, said.weather, said.season) == ("dawn", "snow", "winter")
    assert said.feeling is fear.world
    sadness = read_feeling("sadness", None)
    assert sadness is not None
    winter = ask("medieval castle", season="winter", feeling=sadness.world).conditions
    assert winter.weather == "snow"  # no rain on lying snow
    sea = ask("underwater", feeling=fear.world).conditions
    assert sea.weather is None  # what a world lacks is not asked of it


def test_faint_feelings_leave_the_hour_to_the_seed():
    assert felt_sky({"fear": 1.0}, 0.2) == FeltSky(glow=SKIES["fear"].glow)
    assert felt_sky({"fear": 1.0}, 0.7) == SKIES["fear"]
    assert felt_sky({}, 1.0) == FeltSky()


def test_colours_go_where_films_go_at_one_hour():
    usual = castle(time="day", weather="clear")
    felt = {
        name: castle(time="day", weather="clear", emotion=name)
        for name in ("fear", "anger", "sadness", "happiness")
    }
    lab = {name: rgb_to_lab(each).mean(axis=(0, 1)) for name, each in felt.items()}
    own = rgb_to_lab(usual).mean(axis=(0, 1))
    assert lab["fear"][0] < own[0] - 4
    assert lab["anger"][1] > own[1] + 2
    assert lab["happiness"][2] > lab["fear"][2] + 4
    chroma = {
        name: np.hypot(*rgb_to_lab(x)[..., 1:].reshape(-1, 2).T).mean() for name, x in felt.items()
    }
    assert chroma["sadness"] < 0.85 * chroma["happiness"]


def test_intensity_0_and_no_emotion_are_the_same_scene():
    assert np.array_equal(castle(), castle(emotion="anger", intensity=0))
    with pytest.raises(InputError, match="give an emotion"):
        castle(intensity=0.5)
    with pytest.raises(InputError, match="not found"):
        castle(emotion="glee")


def test_the_place_is_the_same():
    """What is drawn does not change but for light, air and colours: the same layers, same alpha."""
    plain = paintreel.scene(
        "medieval castle", seed=3, time="day", weather="clear", layers=True, **SIZE
    )
    felt = paintreel.scene(
        "medieval castle", seed=3, time="day", weather="clear", layers=True, emotion="anger", **SIZE
    )
    assert [layer.name for layer in plain.layers] == [layer.name for layer in felt.layers]
    for one, other in zip(plain.layers, felt.layers, strict=True):
        same = np.abs(one.rgba[..., 3].astype(int) - other.rgba[..., 3]).mean()
        assert same < 2.0, one.name


def test_a_rough_is_graded_and_its_lines_stay(tiny_scene, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = np.full((64, 96, 3), (150, 170, 190), np.uint8)
    blocks[30:, :50] = (90, 130, 60)
    write_picture("rough.png", Picture(blocks))
    common = ["scene", "--rough", "rough.png", "--method", tiny_scene, "--strength", "0"]
    assert main([*common, "-o", "plain.png"]) == 0
    assert main([*common, "--emotion", "fear", "-o", "felt.png"]) == 0
    plain, felt = (read_picture(name).pixels.astype(int) for name in ("plain.png", "felt.png"))
    assert np.array_equal(plain, blocks)
    assert felt.mean() < plain.mean() - 8
    edge = np.abs(np.diff(felt, axis=0)).mean(axis=(1, 2))
    assert edge.argmax() == 29  # where the drawing has it


def test_what_stands_in_is_told(tmp_path, capsys):
    out = tmp_path / "s.png"
    command = ["scene", "meadow", "--method", "grbm", "--size", "96x54", "--emotion", "boredom"]
    assert main([*command, "-o", str(out)]) == 0
    assert "calm at 0.5 of its intensity stands in for boredom" in capsys.readouterr().err


# A character in the light of a background.


@pytest.fixture
def figure() -> np.ndarray:
    rgba = np.zeros((80, 80, 4), np.uint8)
    rgba[20:70, 25:55] = (210, 160, 130, 255)
    rgba[40:44, 30:50] = (0, 0, 0, 255)
    return rgba


def test_a_character_takes_ambient_colour_and_a_rim(figure):
    night = np.full((60, 100, 3), (20, 40, 80), np.uint8)
    night[5:20, 70:90] = (250, 240, 200)  # the moon, to the right
    light = light_of(night, (0.4, 0.6))
    assert light.toward[0] > 0.3
    assert light.toward[1] < 0
    lit = in_light_of(figure, light)
    assert np.array_equal(lit[..., 3], figure[..., 3])
    assert lit[60, 40, :3].astype(int).sum() < 0.85 * figure[60, 40, :3].astype(int).sum()
    before, after = rgb_to_lab(figure[60, 40, :3]), rgb_to_lab(lit[60, 40, :3])
    assert after[2] < before[2]  # bluer
    assert lit[42, 40, :3].max() < 25  # ink stays ink
    assert lit[50, 54, :3].astype(int).sum() > lit[50, 40, :3].astype(int).sum() + 20


def test_no_strength_changes_nothing_and_bad_input_is_refused(figure):
    light = light_of(np.full((20, 20, 3), 90, np.uint8))
    assert np.array_equal(in_light_of(figure, light, strength=0), figure)
    with pytest.raises(InputError, match="uint8"):
        in_light_of(figure[..., :3], light)
    with pytest.raises(InputError, match="strength"):
        in_light_of(figure, light, strength=2)
    with pytest.raises(InputError, match="place"):
        light_of(np.zeros((4, 4, 3), np.uint8), (2, 0))
