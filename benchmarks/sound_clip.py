"""Makes the clip of the whole-command benchmark out of the example clip."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av


def make_clip(src: Path, dst: Path, *, width: int, height: int, repeats: int) -> int:
    """Scale `src` to width x height, play it `repeats` times, keep the sound; frames written.

    H.264 in yuv420p at the source's rate; the sound packets are copied. The picture is stretched:
    only its size matters.
    """
    written, heard = 0, -1
    with av.open(str(dst), "w") as sink:
        with av.open(str(src)) as first:
            rate = first.streams.video[0].average_rate
            picture = sink.add_stream("libx264", rate=rate)
            sound = sink.add_stream_from_template(first.streams.audio[0])
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        picture.options = {"preset": "veryfast", "crf": "20"}
        picture.time_base = 1 / rate
        for _ in range(repeats):
            offset_s = written / rate
            with av.open(str(src)) as source:
                for packet in source.demux(video=0, audio=0):
                    if packet.stream.type == "video":
                        for frame in packet.decode():
                            sink.mux(picture.encode(_scaled(frame, width, height, written, rate)))
                            written += 1
                    elif packet.dts is not None:
                        _shift(packet, offset_s)
                        # Sound may run on after the last frame, into its own repetition.
                        if packet.dts > heard:
                            heard = packet.dts
                            packet.stream = sound
                            sink.mux(packet)
        sink.mux(picture.encode(None))
    return written


def count_streams(path: Path) -> tuple[int, int]:
    """(video frames, sound packets) of a clip, by reading it to the end."""
    counts = {"video": 0, "audio": 0}
    with av.open(str(path)) as clip:
        for packet in clip.demux():
            if packet.size and packet.stream.type in counts:
                counts[packet.stream.type] += 1
    return counts["video"], counts["audio"]


def _scaled(
    frame: av.VideoFrame, width: int, height: int, number: int, rate: Fraction
) -> av.VideoFrame:
    scaled = frame.reformat(width, height, "yuv420p")
    scaled.pts, scaled.time_base = number, 1 / rate
    return scaled


def _shift(packet: av.Packet, offset_s: Fraction) -> None:
    ticks = round(offset_s / packet.time_base)
    packet.pts += ticks
    packet.dts += ticks
