"""Make the pictures of the studio's own pages, from the examples and what the product draws.

    python docs/make_studio_images.py [VERB ...]

Writes, below src/paintreel/studio/web/static: verbs/<verb>.jpg, what a verb makes, for the cards of
the page *New* and the side of its form; words/<option>-<word>.jpg, what a word means that an option
may be answered with: feelings, characters, places, palettes. Run it again when one of these looks
otherwise. With verbs it makes their pictures alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

import paintreel
from paintreel.cli.main import main as main_of_paintreel
from paintreel.media.reader import read_frames
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import draw_character
from paintreel.rig.identity_files import find_identity, identity_names
from paintreel.roughs.palettes import PALETTES
from paintreel.runtime.emotions import EMOTIONS
from paintreel.worlds.categories import CATEGORIES

HERE = Path(__file__).resolve().parent
EXAMPLES, IMAGES = HERE.parent / "examples", HERE / "images"
STATIC = HERE.parent / "src" / "paintreel" / "studio" / "web" / "static"
CARD_PX, FACE_PX, PLACE_PX, PALETTE_PX = (480, 270), (144, 144), (240, 135), (144, 36)
GROUND = np.array([226, 216, 197], np.uint8)
PLACE_SEED = 3
QUALITY = 80

Picture = Image.Image


def filling(picture: Picture, size: tuple[int, int] = CARD_PX) -> Picture:
    """Scaled and cut at the middle to fill `size`."""
    width, height = size
    scale = max(width / picture.width, height / picture.height)
    wide = (max(width, round(picture.width * scale)), max(height, round(picture.height * scale)))
    whole = picture.convert("RGB").resize(wide, Image.Resampling.LANCZOS)
    left, top = (whole.width - width) // 2, (whole.height - height) // 2
    return whole.crop((left, top, left + width, top + height))


def side_by_side(pictures: Sequence[Picture]) -> Picture:
    """Slices of pictures of one thing, which together show it once; thin white lines part them."""
    card = Image.new("RGB", CARD_PX, "white")
    edges = np.linspace(0, CARD_PX[0], len(pictures) + 1).round().astype(int)
    for picture, left, right in zip(pictures, edges, edges[1:], strict=False):
        start = left + (2 if left else 0)
        card.paste(filling(picture).crop((start, 0, right, CARD_PX[1])), (int(start), 0))
    return card


def cells(pictures: Sequence[Picture]) -> Picture:
    """Whole pictures beside each other, each cut to its share of the card."""
    width = CARD_PX[0] // len(pictures)
    card = Image.new("RGB", CARD_PX, "white")
    for number, picture in enumerate(pictures):
        card.paste(filling(picture, (width - 2, CARD_PX[1])), (number * width + 1, 0))
    return card


@cache
def photo() -> Picture:
    with Image.open(EXAMPLES / "photo.jpg") as opened:
        return filling(opened, (960, 540))


@cache
def painted(style: str) -> Picture:
    return paintreel.stylize(photo(), style=style)


@cache
def castle() -> Picture:
    return paintreel.scene("medieval castle", seed=PLACE_SEED, size=(960, 540))


def crop_of(name: str, box: tuple[float, float, float, float]) -> Picture:
    """A part of a picture of the documentation, its edges as shares of width and height."""
    with Image.open(IMAGES / name) as opened:
        width, height = opened.size
        left, top, right, bottom = box
        edges = (round(left * width), round(top * height))
        return opened.crop((*edges, round(right * width), round(bottom * height))).convert("RGB")


def face(identity: str, feeling: str, size: tuple[int, int] = FACE_PX) -> Picture:
    rgba = draw_character(find_identity(identity), pose_of(feeling), size, framing="face").rgba
    alpha = rgba[..., 3:] / 255.0
    return Image.fromarray(np.rint(rgba[..., :3] * alpha + GROUND * (1 - alpha)).astype(np.uint8))


def of_character() -> Picture:
    """Somebody glad in a forest."""
    place = paintreel.scene("fantasy forest", seed=7, size=(960, 540))
    return paintreel.character("girl", "happiness", background=place, size=(960, 540))


def of_fuse() -> Picture:
    """A frame, its painting, and a later frame that follows it."""
    frames = [np.array(frame.pixels) for frame in read_frames(EXAMPLES / "clip.mp4")]
    key, later = frames[0], len(frames) // 3
    with tempfile.TemporaryDirectory() as name:
        painting, clip = Path(name) / "clip-key-0000.000s.png", Path(name) / "fused.mp4"
        painted_key = paintreel.stylize(Image.fromarray(key), style="watercolour")
        painted_key.save(painting)
        paintreel.fuse([painting], EXAMPLES / "clip.mp4", clip, adapt=False)
        fused = next(np.array(f.pixels) for f in read_frames(clip) if f.index == later)
    return cells([Image.fromarray(key), painted_key, Image.fromarray(fused)])


def of_rough() -> Picture:
    """Flat colours and lines of the photograph."""
    with tempfile.TemporaryDirectory() as name:
        rough, lines = Path(name) / "rough.png", Path(name) / "lines.png"
        arguments = ["rough", str(EXAMPLES / "photo.jpg"), "-o", str(rough)]
        main_of_paintreel([*arguments, "--sketch", str(lines), "--quiet"])
        return side_by_side([Image.open(rough), Image.open(lines)])


def of_spectrum() -> Picture:
    with tempfile.TemporaryDirectory() as name:
        for style in ("watercolour", "ink"):
            painted(style).save(Path(name) / f"{style}.png")
        photo().save(Path(name) / "photo.png")
        sets = [str(Path(name) / f"{each}.png") for each in ("photo", "watercolour", "ink")]
        return paintreel.spectrum(sets).plot()


def of_score() -> Picture:
    """Photograph, painting, and how far they are apart."""
    apart = np.abs(np.asarray(photo(), int) - np.asarray(painted("hereva"), int)).mean(axis=2)
    share = np.clip(apart / 60, 0, 1)[..., None]
    heat = np.array([22, 18, 48]) * (1 - share) + np.array([255, 190, 90]) * share
    return side_by_side([photo(), painted("hereva"), Image.fromarray(heat.astype(np.uint8))])


def of_info() -> Picture:
    """A picture and its main colours."""
    card = filling(photo())
    few = card.quantize(8, Image.Quantize.MEDIANCUT)
    counts = sorted(few.getcolors() or (), reverse=True)
    palette = few.getpalette() or []
    for number, (_, index) in enumerate(counts):
        colour = tuple(palette[3 * index : 3 * index + 3])
        width = CARD_PX[0] // len(counts)
        card.paste(colour, (number * width, 220, (number + 1) * width, CARD_PX[1]))
    return card


VERBS: dict[str, Callable[[], Picture]] = {
    "stylize": lambda: side_by_side([photo(), painted("hereva"), painted("watercolour")]),
    "scene": castle,
    "colorize": lambda: cells(
        [
            crop_of("colorize.jpg", (0.09, 0.0, 0.48, 0.28)),
            crop_of("colorize.jpg", (0.09, 0.666, 0.48, 0.945)),
        ]
    ),
    "fuse": of_fuse,
    "grade": lambda: side_by_side(
        [paintreel.grade(castle(), emotion=e) for e in ("happiness", "sadness", "fear")]
    ),
    "character": of_character,
    "rough": of_rough,
    "lineart": lambda: side_by_side([castle(), paintreel.lineart(castle())]),
    "classify": lambda: crop_of("classify.jpg", (0.01, 0.0, 0.49, 0.36)),
    "emotion": lambda: cells(
        [face("girl", e, (320, 540)) for e in ("fear", "surprise", "happiness")]
    ),
    "script": lambda: crop_of("script.png", (0.02, 0.16, 0.98, 0.86)),
    "sheet": lambda: crop_of("sheet.jpg", (0.02, 0.13, 0.86, 0.86)),
    "info": of_info,
    "score": of_score,
    "compare": lambda: side_by_side([painted(style) for style in ("hereva", "watercolour", "ink")]),
    "spectrum": of_spectrum,
    "agree": lambda: cells([painted("cel"), painted("watercolour")]),
    "train": lambda: crop_of("few-pictures.jpg", (0.0, 0.03, 0.75, 0.69)),
    "experiment": lambda: crop_of("scene-roughs.jpg", (0.0, 0.163, 1.0, 0.39)),
}
"""Verb -> how its picture is made."""


def palette_of(name: str) -> Picture:
    colours = [tuple(bytes.fromhex(colour)) for colour in PALETTES[name].split()]
    strip = Image.new("RGB", (len(colours), 1))
    strip.putdata(colours)
    return strip.resize(PALETTE_PX, Image.Resampling.NEAREST)


def words() -> dict[str, Picture]:
    """`option-word` -> its picture."""
    made = {f"emotion-{feeling}": face("girl", feeling) for feeling in EMOTIONS}
    made |= {f"identity-{name}": face(name, "happiness") for name in identity_names()}
    for row in CATEGORIES:
        place = paintreel.scene(row.name, seed=PLACE_SEED, size=(480, 270))
        made[f"category-{row.name.replace(' ', '-')}"] = filling(place, PLACE_PX)
    return made | {f"palette-{name}": palette_of(name) for name in PALETTES}


def main(wanted: Sequence[str]) -> int:
    """Make what is wanted. Returns the exit code."""
    for folder in ("verbs", "words"):
        (STATIC / folder).mkdir(exist_ok=True)
    for verb in wanted or VERBS:
        filling(VERBS[verb]()).save(STATIC / "verbs" / f"{verb}.jpg", quality=QUALITY)
    if not wanted:
        for name, picture in words().items():
            picture.save(STATIC / "words" / f"{name}.jpg", quality=QUALITY)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
