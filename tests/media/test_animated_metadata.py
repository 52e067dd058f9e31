"""Animated pictures stay what they are, with what they say beside their frames."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from paintreel.imaging.files import read_picture
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import probe
from paintreel.media.reader import read_frames
from paintreel.media.video import transform_video

DELAYS = [40, 100, 30, 250]
SUFFIXES = [".gif", ".webp", ".png", ".avif"]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    b'xmp:Label="red" tiff:ImageWidth="32"/></rdf:RDF></x:xmpmeta>'
)


def frames(alpha: bool = False) -> list[Image.Image]:
    """A square that moves over a slope of colours, whose corner is transparent or not."""
    y, x = np.mgrid[0:24, 0:32]
    made = []
    for index in range(len(DELAYS)):
        rgb = np.dstack([x * 7, y * 9, np.full_like(x, 90)]).astype(np.uint8)
        rgb[8:16, index * 6 : index * 6 + 8] = (250, 250, 20)
        cover = np.full((24, 32), 255, np.uint8)
        cover[:6, :6] = 0
        made.append(Image.fromarray(np.dstack([rgb, cover]) if alpha else rgb))
    return made


def save(path: Path, *, alpha: bool = False, **options: object) -> Path:
    """An animation by Pillow, with XMP where Pillow writes it."""
    first, *rest = frames(alpha)
    if path.suffix in (".webp", ".avif"):
        options.setdefault("xmp", XMP)
    if path.suffix in (".webp", ".png"):
        options.setdefault("loop", 0)
    if path.suffix == ".png":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        info.add_text("Title", "a castle")
        options.setdefault("pnginfo", info)
        options.setdefault("dpi", (300, 300))
    if path.suffix == ".gif":
        options = {"comment": b"a castle", "loop": 0} | options
    first.save(path, save_all=True, append_images=rest, duration=DELAYS, **options)
    return path


def shown(path: Path) -> list[tuple[int, np.ndarray]]:
    """(delay in ms, RGBA) of every frame, by Pillow."""
    found = []
    with Image.open(path) as image:
        for index in range(image.n_frames):
            image.seek(index)
            rgba = np.asarray(image.convert("RGBA"))
            found.append((round(image.info["duration"]), rgba))
    return found


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def kinds(report) -> set[str]:
    return {note.kind for note in report.notes}


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("target", [".png", ".avif"])
@pytest.mark.parametrize("source", SUFFIXES)
def test_every_animation_becomes_a_png_or_an_avif(tmp_path, source, target, alpha):
    path = save(tmp_path / f"a{source}", alpha=alpha)
    report = transform_video(path, tmp_path / f"o{target}", same)
    assert (report.frames, report.width, report.height) == (4, 32, 24)
    before, after = shown(path), shown(tmp_path / f"o{target}")
    assert [delay for delay, _ in after] == DELAYS
    for (_, old), (_, new) in zip(before, after, strict=True):
        assert np.array_equal(old[..., 3] > 127, new[..., 3] > 127)
        seen = old[..., 3] > 0
        error = np.abs(new[seen][:, :3].astype(int) - old[seen][:, :3])
        assert error.max() == 0 if target == ".png" else error.mean() < 3
    assert [p.name for p in tmp_path.iterdir()] in (
        [f"a{source}", f"o{target}"],
        [f"o{target}", f"a{source}"],
    )


@pytest.mark.parametrize("target", SUFFIXES)
@pytest.mark.parametrize("source", SUFFIXES)
def test_what_an_animation_says_goes_over_or_is_told(tmp_path, source, target):
    path = save(tmp_path / f"a{source}")
    report = transform_video(path, tmp_path / f"o{target}", same)
    after = read_picture(tmp_path / f"o{target}").metadata
    if source != ".gif":  # Pillow writes no XMP there
        assert b'xmp:Label="red"' in after.xmp
    texts = [text.text for text in after.texts]
    if source in (".gif", ".png") and target == ".gif":
        assert texts == ["a castle" if source == ".gif" else "Title: a castle"]
    elif source in (".gif", ".png") and target == ".png":
        assert texts == ["a castle"]
    told = (
        {"text-left-out"} if source in (".gif", ".png") and target in (".webp", ".avif") else set()
    )
    if source == ".png" and target == ".gif":
        told |= {"resolution-left-out"}
    elif source == ".png":
        assert [round(float(n)) for n in after.density.per("inch")] == [300, 300]
    assert kinds(report) == told
    assert len(shown(tmp_path / f"o{target}")) == 4


def test_xmp_of_an_animation_has_the_size_of_the_result(tmp_path):
    path = save(tmp_path / "a.webp")
    transform_video(path, tmp_path / "o.gif", same, size=(16, 12))
    assert b'tiff:ImageWidth="16"' in read_picture(tmp_path / "o.gif").metadata.xmp


def test_a_clip_of_an_animation_has_its_words_and_tells_the_rest(tmp_path):
    path = save(tmp_path / "a.png")
    report = transform_video(path, tmp_path / "o.mkv", same)
    with av.open(str(tmp_path / "o.mkv")) as clip:
        assert clip.metadata["title"] == "a castle"
    assert kinds(report) == {"xmp-left-out", "resolution-left-out", "chroma-reduced"}
    assert all(note.loss for note in report.notes)
    report = transform_video(path, tmp_path / "frames", same, encoding=EncodingSettings("png"))
    assert kinds(report) == {"xmp-left-out", "resolution-left-out", "metadata-left-out"}


def test_exif_of_an_animation_is_carried_and_its_turn_made(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Orientation] = "Maker", 6
    path = save(tmp_path / "a.webp", exif=exif.tobytes(), lossless=True)
    assert (probe(path).width, probe(path).height) == (24, 32)
    for suffix in (".webp", ".png", ".avif"):
        report = transform_video(path, tmp_path / f"o{suffix}", same)
        assert kinds(report) == set()
        (_, first), *_ = shown(tmp_path / f"o{suffix}")
        expected = np.rot90(np.asarray(frames()[0]), -1)
        assert np.abs(first[..., :3].astype(int) - expected).mean() < 4
        block = Image.Exif()
        block.load(read_picture(tmp_path / f"o{suffix}").exif)
        assert (block[ExifTags.Base.Make], ExifTags.Base.Orientation in block) == ("Maker", False)
    assert kinds(transform_video(path, tmp_path / "o.gif", same)) == {"exif-left-out"}


def wide_profile() -> bytes:
    """A profile like sRGB whose red and blue are swapped, to be seen where it is applied."""
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {icc[132 + 12 * i : 136 + 12 * i].decode(): 132 + 12 * i for i in range(icc[131])}
    red, blue = tags["rXYZ"] + 4, tags["bXYZ"] + 4
    icc[red : red + 8], icc[blue : blue + 8] = icc[blue : blue + 8], icc[red : red + 8]
    at = icc.find("sRGB".encode("utf-16-be"))
    icc[at : at + 8] = "Swap".encode("utf-16-be")
    return bytes(icc)


def test_a_profile_of_an_animation_is_applied_and_told(tmp_path):
    path = save(tmp_path / "a.png", icc_profile=wide_profile())
    report = transform_video(path, tmp_path / "o.png", same)
    assert kinds(report) == {"profile-applied"}
    (_, first), *_ = shown(tmp_path / "o.png")
    assert np.abs(first[..., 2::-1].astype(int) - np.asarray(frames()[0])).max() <= 2
    assert read_picture(tmp_path / "o.png").icc is None
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = save(tmp_path / "b.webp", icc_profile=plain, xmp=b"")
    assert kinds(transform_video(path, tmp_path / "p.webp", same)) == set()


def test_more_bits_and_a_cover_are_told(tmp_path):
    first, *rest = frames()
    first.save(
        tmp_path / "cover.png", save_all=True, default_image=True, append_images=rest, duration=50
    )
    report = transform_video(tmp_path / "cover.png", tmp_path / "o.png", same)
    assert (report.frames, kinds(report)) == (3, {"cover-left-out"})
    with av.open(str(tmp_path / "deep.avif"), "w", format="avif") as out:
        stream = out.add_stream("libsvtav1", rate=10, width=64, height=64, pix_fmt="yuv420p10le")
        for index in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 60 * index, np.uint8), "rgb24")
            frame = frame.reformat(format="yuv420p10le")
            frame.pts = index
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert probe(tmp_path / "deep.avif").bits == 10
    report = transform_video(tmp_path / "deep.avif", tmp_path / "o.webp", same)
    assert kinds(report) == {"bits-reduced"}


@pytest.mark.parametrize(("plays", "told"), [(0, set()), (1, {"loop-lost"}), (3, {"loop-lost"})])
def test_avif_plays_for_ever_and_it_is_told(tmp_path, plays, told):
    path = save(tmp_path / "a.webp", loop=plays)
    assert kinds(transform_video(path, tmp_path / "o.avif", same)) == told
    assert kinds(transform_video(path, tmp_path / "o.png", same)) == set()
    assert probe(tmp_path / "o.png").loop == plays


def test_delays_of_any_length_in_png(tmp_path):
    delays = [1, 65_535, 70_000, 700_000]
    first, *rest = frames()
    first.save(tmp_path / "a.webp", save_all=True, append_images=rest, duration=delays)
    transform_video(tmp_path / "a.webp", tmp_path / "o.png", same)
    assert [delay for delay, _ in shown(tmp_path / "o.png")] == delays


def test_a_png_of_frames_is_whole_and_stores_what_changes(tmp_path):
    """Chunks with right check sums, numbers in order, and small frames where little moves."""
    still = frames()[0]
    pictures = [still, still.copy(), *frames()[1:]]
    pictures[0].save(tmp_path / "a.webp", save_all=True, append_images=pictures[1:],
                     duration=[40, 41, 42, 43, 44], lossless=True)  # fmt: skip
    transform_video(tmp_path / "a.webp", tmp_path / "o.png", same)
    data, at, numbers, sizes = (tmp_path / "o.png").read_bytes(), 8, [], []
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + content) == int.from_bytes(data[at + 8 + length :][:4], "big")
        if kind in (b"fcTL", b"fdAT"):
            numbers.append(int.from_bytes(content[:4], "big"))
        if kind == b"fcTL":
            sizes.append(struct.unpack_from(">II", content, 4))
        if kind == b"acTL":
            assert struct.unpack(">II", content) == (4, 0)
        at += 12 + length
    assert numbers == list(range(len(numbers)))
    assert sizes[0] == (32, 24)
    assert all(width <= 14 and height == 8 for width, height in sizes[-3:])


@pytest.mark.parametrize("suffix", [".png", ".avif"])
def test_what_fails_half_way_leaves_nothing(tmp_path, suffix):
    path = save(tmp_path / "a.gif")
    seen = []

    def failing(frame: np.ndarray) -> np.ndarray:
        seen.append(frame)
        if len(seen) > 2:
            raise RuntimeError("no more paint")
        return frame

    with pytest.raises(RuntimeError, match="no more paint"):
        transform_video(path, tmp_path / f"o{suffix}", failing)
    assert [p.name for p in tmp_path.iterdir()] == ["a.gif"]


@pytest.mark.parametrize("suffix", [".png", ".avif"])
def test_sound_of_a_clip_is_told(make_clip, tmp_path, suffix):
    path = make_clip("a.mp4", sound="aac")
    report = transform_video(path, tmp_path / f"o{suffix}", same)
    assert kinds(report) == {"sound-left-out"}
    with read_frames(tmp_path / f"o{suffix}") as source:
        assert len(list(source)) == 12
