"""Films of a character: mouth, feeling, ground, sound, and what cannot be used."""

import json
from concurrent.futures import CancelledError
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from formant_voice import RATE_HZ, said
from voices import melody, write_sound

from paintreel.audio.mouth_cues import MouthCue
from paintreel.audio.mouth_files import read_cues
from paintreel.audio.sound import Sound, read_sound
from paintreel.character.acted import film_job
from paintreel.character.cels import drawn_frames, laid_over, rounded
from paintreel.character.checks import as_whole, moving_picture_notes
from paintreel.character.film import Line, plan_film
from paintreel.character.grounds import covering, light_before, open_ground, scene_phrase
from paintreel.character.hearing import speech_in
from paintreel.character.options import CharacterOptions
from paintreel.cli.main import main
from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.imaging.files import Picture, write_picture
from paintreel.jobs.job import Job, Progress
from paintreel.media.generated import GeneratedFrames
from paintreel.media.video import read_frames, write_video
from paintreel.rig.identity_files import find_identity
from paintreel.rig.pose import Pose

LINES = Path(__file__).resolve().parents[1] / "audio" / "lines"
PARTS = [("", 0.2), ("a", 0.3), ("m", 0.12), ("i", 0.3), ("", 0.2)]


@pytest.fixture
def voice(tmp_path) -> Path:
    sound, _ = said(PARTS)
    return write_sound(tmp_path / "line.wav", sound.samples[None], RATE_HZ)


def no_scene(words, seed, size):
    raise InputError(f"no scene {words}")


# The performance.


def test_a_voice_gives_mouth_length_and_feeling(voice):
    film = plan_film(Line(voice=voice, emotion="Fear", intensity=0.5))
    assert film.count == 28  # 1.12 s at 25 a second
    assert film.timeline == [(0.0, {"fear": 0.5})]
    shapes = {cue.shape for cue in film.cues}
    assert {"D", "B", "X"} <= shapes
    poses = list(film.poses)
    assert {pose.mouth_shape for pose in poses} >= {"D", "B", "X"}
    assert max(pose.sweat for pose in poses) > 0


def test_auto_asks_the_network_and_says_so(voice):
    class Model:
        def of_voices(self, rows):
            return [{"sadness": 0.8, "neutral": 0.2}] * len(rows)

    film = plan_film(Line(voice=voice), model=Model)
    feelings = {name for _, shares in film.timeline for name in shares}
    assert feelings <= {"sadness", "neutral"}
    assert "emotion-guessed" in {note.kind for note in film.notes}


def test_given_cues_stand_in_for_those_heard(voice, tmp_path):
    (tmp_path / "cues.tsv").write_text("0.00\tX\n0.20\tF\n0.90\tX\n1.12\tX\n")
    film = plan_film(Line(voice=voice, cues=tmp_path / "cues.tsv", emotion="calm"))
    assert [cue.shape for cue in film.cues] == ["X", "F", "X"]
    other = plan_film(Line(voice=voice, cues=[MouthCue(0, 4, "D")], emotion="calm"))
    assert "cues-of-other-length" in {note.kind for note in other.notes}


def test_without_a_voice_it_lives_all_the_same():
    film = plan_film(Line(emotion="happiness", length_s=3.0))
    poses = list(film.poses)
    assert film.count == 75
    assert film.sound is None
    assert all(pose.speaking == 0 for pose in poses)
    assert max(pose.lid_left for pose in poses) == 1  # it blinks
    assert len({pose.breath for pose in poses}) > 10


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: np.zeros(RATE_HZ, np.float32), "sound-silent"),
        (lambda: melody(3, 1).samples, "sound-unspoken"),
        (lambda: (said(PARTS)[0].samples * 40).clip(-1, 1), "sound-clipped"),
    ],
)
def test_sound_that_is_no_clean_speech_is_told(tmp_path, make, kind):
    path = write_sound(tmp_path / "a.flac", make()[None], RATE_HZ)
    film = plan_film(Line(voice=path, emotion="neutral"))
    assert kind in {note.kind for note in film.notes}
    assert film.count > 0


def noise(length_s, level):
    rng = np.random.default_rng(0)
    return (rng.normal(size=round(length_s * RATE_HZ)) * level).astype(np.float32)


def test_the_mouth_rests_where_no_speech_is_heard(tmp_path):
    path = write_sound(tmp_path / "noise.flac", noise(1.2, 0.2)[None], RATE_HZ)
    film = plan_film(Line(voice=path, emotion="neutral"))
    assert [cue.shape for cue in film.cues] == ["X"]
    assert "sound-unspoken" in {note.kind for note in film.notes}
    line = np.concatenate([noise(2, 0.02), said(PARTS)[0].samples, noise(2, 0.02)])
    path = write_sound(tmp_path / "line.flac", line[None], RATE_HZ)
    film = plan_film(Line(voice=path, emotion="neutral"))
    moved = [cue for cue in film.cues if cue.shape != "X"]
    assert {"B", "D"} <= {cue.shape for cue in moved}
    assert moved[0].start_s > 1.8
    assert moved[-1].end_s < 3.4
    assert film.cues[-1].shape == "X"
    assert "sound-unspoken" not in {note.kind for note in film.notes}


def test_speech_is_heard_however_much_is_clipped():
    line = read_sound(LINES / "line1.flac")
    loud = Sound((line.samples * 1000).clip(-1, 1), line.rate_hz)
    assert (np.abs(loud.samples) >= 1).mean() > 0.7
    heard = sum(span.end_s - span.start_s for span in speech_in(loud))
    assert heard > 0.8 * line.length_s
    tune = melody(3, 1)
    assert speech_in(Sound((tune.samples * 1000).clip(-1, 1), tune.rate_hz)) == []


def test_what_does_not_go_together_is_refused(voice, tmp_path):
    with pytest.raises(InputError, match="did you mean 'sadness'"):
        plan_film(Line(voice=voice, emotion="sadnes"))
    (tmp_path / "t.json").write_text('[[0, {"fear": 0.5}],\n[0.5, {"fear": 3}]]')
    with pytest.raises(UnreadableFile, match="line 2, entry 2"):
        plan_film(Line(voice=voice, emotion=str(tmp_path / "t.json")))
    with pytest.raises(InputError, match="a text goes with the sound"):
        plan_film(Line(text="Hello", emotion="neutral"))
    with pytest.raises(UnreadableFile, match="there is no such file"):
        plan_film(Line(voice=tmp_path / "none.wav", emotion="neutral"))


def test_a_timeline_changes_the_face(voice, tmp_path):
    (tmp_path / "t.json").write_text('[[0, {"happiness": 1}], [0.5, {}], [0.6, {"anger": 1}]]')
    poses = list(plan_film(Line(voice=voice, emotion=str(tmp_path / "t.json"))).poses)
    assert poses[0].lip_corner_pull > 0.5
    assert poses[-1].brow_lower > 0.5


def test_hearing_a_long_sound_can_be_ended(tmp_path):
    sound, _ = said(PARTS)
    samples = np.tile(sound.samples, 60)  # 67 s: three blocks
    path = write_sound(tmp_path / "long.flac", samples[None], RATE_HZ)
    heard = []

    def on_block(done_s, length_s):
        heard.append((done_s, length_s))
        if len(heard) == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        plan_film(Line(voice=path, emotion="calm"), on_block=on_block)
    assert [done_s for done_s, _ in heard] == [30, 60]
    assert heard[0][1] == pytest.approx(len(samples) / RATE_HZ, abs=0.1)


def test_a_job_tells_how_far_it_is_from_hearing_to_the_last_frame(voice, tmp_path):
    told = []
    out = tmp_path / "a.mp4"
    options = CharacterOptions(voice=str(voice), emotion="calm", size=(64, 36), output=str(out))
    job = film_job(options, find_identity("girl"), out, None)
    job.make(Progress(on_frame=lambda *step: told.append(step)))
    done = [step[0] for step in told]
    assert done == sorted(done)
    assert {total for _, total in told} == {2 + 28}  # 1.12 s heard, 28 frames drawn
    assert done[0] == 2  # of the sound
    assert done[-1] == 2 + 28


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[0, {}], [1", "line 1"),
        ("[\n", "line 1: "),
        ('[[0, {"fear": 0.5}],\n[-1, {"fear": 1}]]', "line 2"),
        ('[[0, {"fera": 0.5}]]', "did you mean 'fear'"),
        ("{}", "expected"),
    ],
)
def test_a_malformed_timeline_names_its_line(voice, tmp_path, text, message):
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(InputError, match=message):
        plan_film(Line(voice=voice, emotion=str(tmp_path / "t.json")))


# Drawings and grounds.


def test_a_hold_is_drawn_once_and_shown_as_one_array():
    calls = []

    def draw(pose):
        calls.append(pose)
        return np.full((4, 6, 4), 255, np.uint8)

    poses = [Pose(nod_deg=0.01), Pose(nod_deg=0.02), Pose(nod_deg=3.0), Pose(nod_deg=3.0)]
    ground = open_ground(np.zeros((4, 6, 3), np.uint8), (6, 4), no_scene)
    frames = list(drawn_frames(poses, lambda: draw, ground, Fraction(25)))
    assert len(frames) == 4
    assert len(calls) == 2
    assert frames[0] is frames[1]
    assert frames[2] is frames[3]


def test_rounding_moves_nothing_by_a_pixel():
    pose = Pose(turn_deg=12.345, brow_lower=0.1234)
    assert abs(rounded(pose).turn_deg - pose.turn_deg) <= 0.051
    assert abs(rounded(pose).brow_lower - pose.brow_lower) <= 0.0051


def test_an_error_in_a_drawing_comes_out():
    def draw(pose):
        raise InputError("no ink")

    with pytest.raises(InputError, match="no ink"):
        list(drawn_frames([Pose()] * 3, lambda: draw, None, Fraction(25)))


def test_laying_over_is_exact_at_both_ends():
    drawing = np.zeros((2, 3, 4), np.uint8)
    drawing[0] = (10, 20, 30, 255)
    drawing[1, 0] = (200, 0, 100, 128)
    ground = np.full((2, 3, 3), 50, np.uint8)
    out = laid_over(drawing, ground)
    assert (out[0] == (10, 20, 30)).all()
    assert (out[1, 1] == 50).all()
    assert np.abs(out[1, 0].astype(int) - (125, 25, 75)).max() <= 1
    assert (ground == 50).all()


def test_a_ground_of_another_shape_covers_and_says_what_is_cut(tmp_path):
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[:, 100:200] = 255
    covered, cut = covering(picture, (50, 50))
    assert covered.shape == (50, 50, 3)
    assert covered.min() == 255  # the middle third
    assert cut == pytest.approx(2 / 3)
    write_picture(tmp_path / "a.png", Picture(picture))
    ground = open_ground(str(tmp_path / "a.png"), (50, 50), no_scene)
    assert [note.kind for note in ground.notes()] == ["background-cut"]


def test_a_clip_behind_goes_on_from_its_start(tmp_path):
    pictures = (np.full((32, 48, 3), 80 * index, np.uint8) for index in range(3))
    source = GeneratedFrames(pictures, size_px=(48, 32), rate=Fraction(25), count=3)
    write_video(source, tmp_path / "b.mp4")
    ground = open_ground(str(tmp_path / "b.mp4"), (48, 32), no_scene)
    shown = [int(ground.frame(index / 25).mean()) for index in range(7)]
    assert shown == pytest.approx([0, 80, 160, 0, 80, 160, 0], abs=4)
    assert "background-repeats" in {note.kind for note in ground.notes()}
    ground.close()


def test_words_are_a_scene_and_missing_files_are_told():
    assert scene_phrase("a castle: at night:12") == ("a castle: at night", 12)
    painted = np.full((8, 8, 3), 9, np.uint8)
    ground = open_ground("fantasy forest:7", (8, 8), lambda words, seed, size: painted + seed)
    assert ground.frame(0.0).mean() == 16
    with pytest.raises(InputError, match="there is no such file"):
        open_ground("missing.png", (8, 8), no_scene)
    with pytest.raises(InputError, match="no scene submarine"):
        open_ground("submarine", (8, 8), no_scene)


def test_light_comes_from_the_brighter_side():
    picture = np.zeros((20, 40, 3), np.uint8)
    picture[:, 30:] = (255, 200, 100)
    light = light_before(open_ground(picture, (40, 20), no_scene))
    assert light.side == 1
    assert light.key.startswith("#ff")
    assert light_before(None).strength == 0


# The command.


def run(*words) -> int:
    return main(["character", *map(str, words), "--size", "160x90", "-q"])


def test_the_command_writes_a_film_with_its_sound_and_cues(voice, tmp_path):
    out, cues = tmp_path / "film.mkv", tmp_path / "film.json"
    code = run(
        "--voice", voice, "--text", "Ami", "--language", "any", "--emotion", "calm",
        "--mouths-out", cues, "-o", out,
    )  # fmt: skip
    assert code == 0
    with av.open(str(out)) as container:
        assert container.streams.video[0].average_rate == 25
        packets = [bytes(p) for p in container.demux(container.streams.audio[0]) if p.size]
    with av.open(str(voice)) as container:
        kept = [bytes(p) for p in container.demux(container.streams.audio[0]) if p.size]
    assert b"".join(packets) == b"".join(kept)
    assert {"A", "D"} <= {cue.shape for cue in read_cues(cues)}
    assert json.loads(cues.read_text())["metadata"]["soundFile"] == "line.wav"


def test_a_film_is_transparent_where_the_codec_can(tmp_path):
    assert run("--length", 0.2, "-o", tmp_path / "a.webm") == 0
    with read_frames(tmp_path / "a.webm") as reader:
        alpha = next(reader).alpha
    assert alpha is not None
    assert alpha.min() == 0
    assert alpha.max() == 255


def test_seeds_make_a_film_each(tmp_path):
    out = tmp_path / "films"
    out.mkdir()
    assert run("--length", 0.1, "--seed", 3, "--count", 2, "-o", out) == 0
    assert sorted(p.name for p in out.glob("*.mp4")) == ["character-0003.mp4", "character-0004.mp4"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--text", "hello", "-o", "a.mp4"], "give voice too"),
        (["--length", "1", "--lines", "-o", "a.mp4"], "--lines is of a drawing"),
        (["--length", "1", "-o", "a.xyz"], "suffix '.xyz', expected a clip"),
        (["--length", "1", "-o", "a.mp4", "--background", "none.png"], "there is no such file"),
        (["--length", "1", "-o", "a.mp4", "--background", "qwxyz"], "no world is known"),
        (
            ["--length", "1", "--mouths-out", "m.tsv", "-o", "a.mp4"],
            "--mouths-out is what is heard",
        ),
        (["--voice", "none.wav", "-o", "a.mp4", "--emotion", "calm"], "no such file"),
        (["--length", "1", "--identity", "gril", "-o", "a.mp4"], "did you mean 'girl'"),
        (["--length", "1", "--emotion", "fera", "-o", "a.mp4"], "did you mean 'fear'"),
    ],
)
def test_bad_usage_is_told(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    assert main(["character", *words, "--size", "160x90"]) in (1, 2)
    assert message in capsys.readouterr().err
    assert not (tmp_path / "a.mp4").exists()


def test_a_place_for_cues_that_takes_none_is_told_before_the_film_is_drawn(voice, tmp_path, capsys):
    (tmp_path / "file").touch()
    out, cues = tmp_path / "film.mkv", tmp_path / "file" / "cues.tsv"
    words = ["--voice", voice, "--emotion", "calm", "--mouths-out", cues]
    assert run(*words, "-o", out) in (1, 2)
    assert f"cannot write {cues}" in capsys.readouterr().err
    assert not out.exists()


def test_nothing_stays_of_a_job_that_fails(tmp_path):
    film, cues = tmp_path / "film.mkv", tmp_path / "cues.tsv"

    def make(progress):
        film.touch()
        raise OutputError(f"cannot write {cues}: the disk is full")

    with pytest.raises(OutputError):
        as_whole(Job(str(film), (film, cues), make, "clip")).make(Progress())
    assert not film.exists()


def test_an_animated_picture_is_told():
    options = CharacterOptions(length=1.0, output="a.png")
    assert "animated PNG" in moving_picture_notes(Path("a.png"), options)[0].text
    assert moving_picture_notes(Path("a.mp4"), options) == ()


def test_the_same_call_makes_the_same_film(voice, tmp_path):
    for name in ("a.mkv", "b.mkv"):
        code = run("--voice", voice, "--emotion", "anger", "--codec", "ffv1", "-o", tmp_path / name)
        assert code == 0
    with read_frames(tmp_path / "a.mkv") as one, read_frames(tmp_path / "b.mkv") as other:
        for first, second in zip(one, other, strict=True):
            assert (first.pixels == second.pixels).all()
