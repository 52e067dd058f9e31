from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import probe
from paintreel.media.video import transform_video


def same(frame):
    return frame


@pytest.mark.parametrize(
    ("source", "sound", "target", "outcome", "codec"),
    [
        ("a.mkv", "vorbis", "o.mp4", "vorbis encoded as aac", "aac"),
        ("a.mp4", "aac", "o.webm", "aac encoded as opus", "opus"),
        ("a.mkv", "pcm_s16le", "o.mp4", "pcm_s16le encoded as aac", "aac"),
        ("a.mkv", "pcm_s16le", "o.mov", "pcm_s16le copied", "pcm_s16le"),
        ("a.mkv", "libopus", "o.mp4", "opus copied", "opus"),
        ("a.mp4", "libmp3lame", "o.mov", "mp3 copied", "mp3"),
        ("a.mp4", "ac3", "o.mkv", "ac3 copied", "ac3"),
        ("a.mkv", "libopus", "o.mov", "opus encoded as aac", "aac"),
        ("a.mkv", "libopus", "o.webm", "opus copied", "opus"),
        ("a.mkv", "flac", "o.mp4", "flac copied", "flac"),
        ("a.mkv", "vorbis", "o.mkv", "vorbis copied", "vorbis"),
    ],
)
def test_sound_is_copied_where_it_can_be_and_encoded_where_it_must(
    make_clip, tmp_path, source, sound, target, outcome, codec
):
    clip = make_clip(source, frames=25, sound=sound, seconds=1.0)
    report = transform_video(clip, tmp_path / target, same)
    assert report.audio[0].startswith(outcome)
    assert probe(tmp_path / target).audio == (codec,)
    with av.open(str(tmp_path / target)) as out:
        frames = list(out.decode(audio=0))
    assert frames[0].layout.nb_channels == 2
    total = sum(f.samples for f in frames) / frames[0].sample_rate
    assert total == pytest.approx(1.0, abs=0.06)
    left = np.concatenate([_left(f) for f in frames])[12000:36000]
    spectrum = np.abs(np.fft.rfft(left * np.hanning(len(left))))
    assert spectrum.argmax() * 2 == pytest.approx(440, abs=4)
    assert np.abs(left).max() == pytest.approx(0.3, abs=0.05)


def _left(frame: av.AudioFrame) -> np.ndarray:
    (converted,) = av.AudioResampler("fltp", "stereo", frame.sample_rate).resample(frame)
    return converted.to_ndarray()[0]


def with_subtitles(path, clip):
    """`clip` with one subtitle stream beside, as Matroska."""
    srt = path.with_suffix(".srt")
    srt.write_text(
        "1\n00:00:00,000 --> 00:00:00,200\nPepper\n\n2\n00:00:00,200 --> 00:00:00,400\nCarrot\n"
    )
    with av.open(str(clip)) as video, av.open(str(srt)) as text, av.open(str(path), "w") as out:
        picture = out.add_stream_from_template(video.streams.video[0])
        words = out.add_stream_from_template(text.streams.subtitles[0])
        words.metadata["language"] = "fra"
        for source, target in ((video, picture), (text, words)):
            for packet in source.demux(source.streams[0]):
                if packet.size:
                    packet.stream = target
                    out.mux(packet)
    return path


def test_subtitles_are_copied_or_named(make_clip, tmp_path, packets_of):
    clip = with_subtitles(tmp_path / "s.mkv", make_clip("a.mp4"))
    assert probe(clip).subtitles == ("subrip",)
    report = transform_video(clip, tmp_path / "o.mkv", same)
    assert report.subtitles == ("subrip copied",)
    assert packets_of(tmp_path / "o.mkv", "subtitles") == packets_of(clip, "subtitles")
    with av.open(str(tmp_path / "o.mkv")) as out:
        assert out.streams.subtitles[0].metadata["language"] == "fra"
    report = transform_video(clip, tmp_path / "o.mp4", same)
    assert report.subtitles == ("subrip converted to mov_text",)


def test_words_of_the_container_are_kept(make_clip, tmp_path):
    plain = make_clip("a.mp4")
    with av.open(str(plain)) as source, av.open(str(tmp_path / "t.mp4"), "w") as out:
        out.metadata["title"] = "Morevna"
        copy = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copy
                out.mux(packet)
    transform_video(tmp_path / "t.mp4", tmp_path / "o.mp4", same)
    with av.open(str(tmp_path / "o.mp4")) as out:
        assert out.metadata["title"] == "Morevna"


CHAPTERS = [("Dawn", 0.0, 0.2), ("Día", 0.2, 1.0)]


def with_chapters(path, clip):
    """`clip` with CHAPTERS, (title, start, end) in seconds."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        out.set_chapters(
            [
                {
                    "id": number,
                    "start": round(start * 1000),
                    "end": round(end * 1000),
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": title},
                }
                for number, (title, start, end) in enumerate(CHAPTERS, 1)
            ]
        )
        copy = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copy
                out.mux(packet)
    return path


def chapters_of(path):
    with av.open(str(path)) as clip:
        return [
            (c["metadata"]["title"], *(float(c[end] * c["time_base"]) for end in ("start", "end")))
            for c in clip.chapters()
        ]


@pytest.mark.parametrize("source", ["c.mp4", "c.mkv"])
@pytest.mark.parametrize("target", ["o.mp4", "o.mov", "o.mkv", "o.webm"])
def test_chapters_are_kept(make_clip, tmp_path, source, target):
    clip = with_chapters(tmp_path / source, make_clip("a.mp4", frames=25))
    assert chapters_of(clip) == CHAPTERS
    transform_video(clip, tmp_path / target, same)
    assert chapters_of(tmp_path / target) == CHAPTERS


@pytest.mark.parametrize(("target", "codec"), [("o.gif", None), ("frames", "png")])
def test_chapters_do_not_stop_what_cannot_hold_them(make_clip, tmp_path, target, codec):
    clip = with_chapters(tmp_path / "c.mp4", make_clip("a.mp4", frames=5))
    assert (
        transform_video(
            clip, tmp_path / target, same, encoding=EncodingSettings(codec), fps=25
        ).frames
        == 5
    )


def test_damaged_sound_does_not_stop_the_picture(make_clip, tmp_path, packets_of):
    clip = make_clip("a.mkv", frames=25, sound="aac", seconds=1.0)
    data = bytearray(clip.read_bytes())
    for victim, _ in packets_of(clip)[10:20]:
        start = data.index(victim)
        data[start : start + len(victim)] = bytes(len(victim))
    clip.write_bytes(data)
    for name in ("o.mkv", "o.webm"):
        assert transform_video(clip, tmp_path / name, same).frames == 25


def test_two_audio_streams_both_come_along(tmp_path, make_clip, sound_only):
    clip = make_clip("a.mp4")
    with (
        av.open(str(clip)) as video,
        av.open(str(sound_only)) as sound,
        av.open(str(tmp_path / "two.mp4"), "w") as out,
    ):
        picture = out.add_stream_from_template(video.streams.video[0])
        voices = [out.add_stream_from_template(sound.streams.audio[0]) for _ in range(2)]
        for packet in video.demux(video=0):
            if packet.size:
                packet.stream = picture
                out.mux(packet)
        for packet in sound.demux(audio=0):
            if packet.size:
                data = bytes(packet)
                for voice in voices:
                    copy = av.Packet(data)
                    copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
                    copy.time_base, copy.stream = Fraction(1, 48000), voice
                    out.mux(copy)
    report = transform_video(tmp_path / "two.mp4", tmp_path / "o.mp4", same)
    assert report.audio == ("aac copied", "aac copied")
    assert probe(tmp_path / "o.mp4").audio == ("aac", "aac")


def test_sound_that_changes_its_rate_midway_is_encoded_on(tmp_path, flat_frame):
    clip = tmp_path / "changing.mkv"
    with av.open(str(clip), "w") as out:
        video = out.add_stream("libx264", rate=25, width=32, height=32)
        sound = out.add_stream("mp2", rate=48000, layout="stereo")
        packets = []
        start = Fraction(0)
        for rate in (48000, 32000):
            encoder = av.codec.CodecContext.create("mp2", "w")
            encoder.sample_rate, encoder.layout, encoder.format = rate, "stereo", "s16"
            encoder.time_base = Fraction(1, rate)
            for index in range(20):
                frame = av.AudioFrame.from_ndarray(
                    np.full((1, 2 * 1152), 500 * (index % 2), np.int16), "s16", "stereo"
                )
                frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
                frame.pts = round(start * rate) + index * 1152
                packets += encoder.encode(frame)
            packets += encoder.encode(None)
            start += Fraction(20 * 1152, rate)
        for index in range(25):
            frame = flat_frame(100, 128, 128, 32, 32)
            frame.pts, frame.time_base = index, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        for packet in packets:
            packet.stream = sound
            out.mux(packet)
    report = transform_video(clip, tmp_path / "o.mp4", same)
    assert report.audio[0].startswith("mp2 encoded as aac")
    with av.open(str(tmp_path / "o.mp4")) as out:
        heard = sum(f.samples for f in out.decode(audio=0))
    assert heard / 48000 == pytest.approx(20 * 1152 / 48000 + 20 * 1152 / 32000, abs=0.08)


def test_damaged_packets_beside_are_left_out_and_counted(make_clip, tmp_path, packets_of):
    clip = make_clip("a.ts", frames=25, sound="aac", seconds=1.0, time_base=Fraction(1, 90000))
    data = bytearray(clip.read_bytes())
    # ADTS headers, all but the first few: MP4 needs what they say.
    starts = [i for i in range(len(data)) if data[i : i + 2] == b"\xff\xf1"]
    for start in starts[10:15]:
        data[start : start + 2] = b"\0\0"
    clip.write_bytes(data)
    report = transform_video(clip, tmp_path / "o.mp4", same)
    assert report.frames == 25
    assert any("damaged packets" in note.text for note in report.notes)
    assert len(packets_of(tmp_path / "o.mp4")) > 20


def test_attached_files_come_along_in_matroska(make_clip, tmp_path):
    plain = make_clip("a.mp4")
    with av.open(str(plain)) as source, av.open(str(tmp_path / "f.mkv"), "w") as out:
        copy = out.add_stream_from_template(source.streams.video[0])
        out.add_attachment("brush.ttf", "font/ttf", b"not really a font")
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copy
                out.mux(packet)
    for name, expected in (("o.mkv", [b"not really a font"]), ("o.mp4", [])):
        transform_video(tmp_path / "f.mkv", tmp_path / name, same)
        with av.open(str(tmp_path / name)) as out:
            assert [s.data for s in out.streams if s.type == "attachment"] == expected


TEXT = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour
Style: Default,Arial,20,&H00FFFFFF

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.00,0:00:00.20,Default,,0,0,0,,{\\i1}P\u00e9pin{\\i0}
Dialogue: 0,0:00:00.24,0:00:00.40,Default,,0,0,0,,two\\Nlines
"""


@pytest.mark.parametrize(
    ("target", "codec"), [("o.mp4", "mov_text"), ("o.mov", "mov_text"), ("o.webm", "webvtt")]
)
@pytest.mark.parametrize("kind", ["ass", "srt"])
def test_subtitles_of_text_are_converted(make_clip, tmp_path, target, codec, kind):
    words = tmp_path / "w.ass"
    words.write_text(TEXT, encoding="utf-8")
    if kind == "srt":
        clip = with_subtitles(tmp_path / "s.mkv", make_clip("a.mp4"))
        expected = [(0, 0.2, "Pepper"), (0.2, 0.2, "Carrot")]
    else:
        clip, expected = tmp_path / "s.mkv", [(0, 0.2, "P\u00e9pin"), (0.24, 0.16, "two\nlines")]
        with (
            av.open(str(make_clip("a.mp4"))) as video,
            av.open(str(words)) as text,
            av.open(str(clip), "w") as out,
        ):
            for source in (video, text):
                copy = out.add_stream_from_template(source.streams[0])
                copy.metadata["language"] = "fra"
                source.metadata  # noqa: B018
            for source, copy in zip((video, text), list(out.streams), strict=True):
                for packet in source.demux(source.streams[0]):
                    if packet.size:
                        packet.stream = copy
                        out.mux(packet)
    report = transform_video(clip, tmp_path / target, same)
    assert [(n.kind, n.loss) for n in report.notes] == [("subtitles-converted", False)]
    assert probe(tmp_path / target).subtitles == (codec,)
    with av.open(str(tmp_path / target)) as out:
        stream = out.streams.subtitles[0]
        assert stream.metadata["language"] == "fra"
        given = []
        for packet in out.demux(stream):
            data = bytes(packet)
            if codec == "mov_text" and data:
                data = data[2 : 2 + int.from_bytes(data[:2], "big")]
            if data:
                plain = data.decode().replace("<i>", "").replace("</i>", "")
                times = [float(t * packet.time_base) for t in (packet.pts, packet.duration)]
                given.append((*times, plain))
    assert [text for *_, text in given] == [text for *_, text in expected]
    assert [g[:2] for g in given] == [pytest.approx(e[:2], abs=0.001) for e in expected]


def sounding(path, codec, rate, layout):
    """A clip of a second with a tone of 440 Hz in every channel."""
    with av.open(str(path), "w") as out:
        kind = "flv" if path.suffix == ".flv" else "mpeg4"
        video = out.add_stream(kind, rate=25, width=32, height=32, pix_fmt="yuv420p")
        sound = out.add_stream(codec, rate=rate, layout=layout, options={"strict": "-2"})
        sound.bit_rate = 64_000
        context = sound.codec_context
        context.open()
        for index in range(25):
            frame = av.VideoFrame(32, 32, "yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        wave = (np.sin(2 * np.pi * 440 * np.arange(rate) / rate) * 0.3).astype(np.float32)
        samples = np.repeat(wave, context.layout.nb_channels)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        resampler = av.AudioResampler(
            context.format, context.layout, rate, frame_size=context.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(sound.encode(piece))
        out.mux(sound.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout"),
    [
        ("wma.wmv", "wmav2", 44_100, "stereo"),
        ("alaw.mov", "pcm_alaw", 8_000, "mono"),
        ("adpcm.avi", "adpcm_ms", 22_050, "mono"),
        ("ima.mov", "adpcm_ima_qt", 44_100, "mono"),
        ("s8.mov", "pcm_s8", 44_100, "stereo"),
        ("slow.avi", "libmp3lame", 8_000, "mono"),
        ("fast.mov", "pcm_s24le", 192_000, "stereo"),
        ("seven.mov", "pcm_s16le", 48_000, "6.1"),
        ("side.mov", "pcm_s16le", 48_000, "5.1(side)"),
        ("asao.flv", "nellymoser", 16_000, "mono"),
    ],
)
def test_sound_that_no_container_takes_is_encoded_anew(tmp_path, name, codec, rate, layout):
    clip = sounding(tmp_path / name, codec, rate, layout)
    channels = av.AudioLayout(layout).nb_channels
    for target in ("o.mp4", "o.mov", "o.mkv", "o.webm"):
        report = transform_video(clip, tmp_path / target, same)
        assert report.frames == 25
        assert not [note for note in report.notes if note.loss]
        encoded = [note.kind for note in report.notes]
        assert encoded == ([] if report.audio[0].endswith("copied") else ["sound-reencoded"])
        with av.open(str(tmp_path / target)) as out:
            frames = list(out.decode(audio=0))
        assert frames[0].layout.nb_channels == channels
        total = sum(frame.samples for frame in frames) / frames[0].sample_rate
        assert total == pytest.approx(1.0, abs=0.16)


def test_more_channels_than_an_encoder_has_are_mixed_and_it_is_said(tmp_path):
    clip = sounding(tmp_path / "many.mkv", "pcm_s16le", 48_000, "7.1.4")
    report = transform_video(clip, tmp_path / "o.webm", same)
    assert "12 channels mixed to 5.1" in report.audio[0]
    assert [note.kind for note in report.notes] == ["sound-reencoded"]
