"""Sound beside generated frames: the packets that come out are those that went in."""

from fractions import Fraction

import av
import numpy as np
import pytest
from voices import RATE_HZ, spoken, write_sound

from paintreel.audio.voiced_frames import VoicedFrames
from paintreel.errors import InputError, UnreadableFile
from paintreel.media.video import read_frames, write_video

RATE = Fraction(25)


def frames(count, channels=3):
    picture = np.full((32, 48, channels), 200, np.uint8)
    for index in range(count):
        picture = picture.copy()
        picture[:, : index % 48] = 30
        yield picture


def packets(path):
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux(container.streams.audio[0]) if p.size]


@pytest.mark.parametrize(
    ("sound", "film"), [("a.m4a", "a.mp4"), ("a.wav", "a.mkv"), ("a.opus", "a.webm")]
)
def test_sound_is_kept_packet_by_packet(tmp_path, sound, film):
    samples = spoken(6, 2.0).samples
    source = write_sound(tmp_path / sound, samples[None], 48_000 if "opus" in sound else RATE_HZ)
    length_s = len(samples) / (48_000 if "opus" in sound else RATE_HZ)
    count = round(length_s * 25)
    with VoicedFrames(
        frames(count), size_px=(48, 32), rate=RATE, count=count, sound=source
    ) as voiced:
        report = write_video(voiced, tmp_path / film)
    assert report.frames == count
    assert report.audio[0].endswith("copied")
    assert packets(tmp_path / film) == packets(source)


def test_transparent_frames_stay_so(tmp_path):
    with VoicedFrames(frames(5, 4), size_px=(48, 32), rate=RATE, count=5, has_alpha=True) as voiced:
        write_video(voiced, tmp_path / "a.webm")
    with read_frames(tmp_path / "a.webm") as reader:
        alpha = next(reader).alpha
    assert alpha is not None
    assert abs(int(alpha.mean()) - 200) < 8


def test_wrong_frames_and_files_without_sound_are_refused(tmp_path):
    (tmp_path / "no.wav").write_bytes(b"words, no sound at all, words, no sound at all")
    with pytest.raises(UnreadableFile):
        VoicedFrames([], size_px=(48, 32), rate=RATE, count=1, sound=tmp_path / "no.wav")
    with (
        VoicedFrames(frames(1, 4), size_px=(48, 32), rate=RATE, count=1) as voiced,
        pytest.raises(InputError, match=r"frame 0 is uint8 \(32, 48, 4\), expected"),
    ):
        next(voiced)
