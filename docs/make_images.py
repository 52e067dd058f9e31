"""Make the pictures of the documentation from held-out photographs and clips.

    python docs/make_images.py --photos ../shared/data/photo --clips ../shared/data/video
    python docs/make_images.py

Writes docs/images/before-after.jpg, stylize.jpg (the default style) and styles.jpg (all styles);
always those that need the examples alone: docs/images/style-strip.jpg, every style on one
photograph, and weights/<name>/sample.jpg of every model that `paintreel models` lists. None of the
photographs was seen in training; people in them are actors of an open film.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import paintreel
from paintreel import Style, list_models
from paintreel.media.moment import frame_at
from paintreel.media.reader import read_frames
from paintreel.runtime.catalog import SAMPLE_NAME, ModelFile, find_model
from paintreel.stylize.portraits import SYSTEM

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"
PHOTOS = (
    "fedora_extras/wheredoesitend.webp",
    "fedora_extras/morningatsea.webp",
    "fedora_extras/pinkhouse.webp",
    "elementary/Ashim_DSilva.webp",
    "elementary/Rob_Bye.webp",
    "elementary/Ryan_Schroeder.webp",
    "elementary/Pablo_Garcia_Saldana.webp",
    "elementary/Mr._Lee.webp",
    "wp_twentytwentyfive/akaka-falls-state-park-flora.webp",
    "wp_twentytwentyfive/parthenon-square.webp",
)
CLIPS = (("tears-of-steel.webm", (420, 660, 900)), ("road.mp4", (10, 100, 190)))
GAP_PX = 6
STRIP_PX, SAMPLE_PX = (480, 270), (400, 267)
"""Width and height of a cell."""


def fit(image: Image.Image, width: int, height: int) -> Image.Image:
    """Scale and centre-crop to fill the cell."""
    scale = max(width / image.width, height / image.height)
    size = (max(width, round(image.width * scale)), max(height, round(image.height * scale)))
    image = image.resize(size, Image.Resampling.LANCZOS)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def grid(cells: Sequence[Image.Image], columns: int, width: int, height: int) -> Image.Image:
    rows = -(-len(cells) // columns)
    sheet = Image.new(
        "RGB", (columns * (width + GAP_PX) - GAP_PX, rows * (height + GAP_PX) - GAP_PX), "white"
    )
    for index, cell in enumerate(cells):
        x, y = index % columns * (width + GAP_PX), index // columns * (height + GAP_PX)
        sheet.paste(fit(cell, width, height), (x, y))
    return sheet


def frames_of(path: Path, wanted: Sequence[int]) -> list[np.ndarray]:
    """The frames with these indices, (H, W, 3) uint8."""
    found = []
    for frame in read_frames(path):
        if frame.index in wanted:
            found.append(np.array(frame.pixels))
            if len(found) == len(wanted):
                break
    return found


def painted_pairs(style: Style, pictures: Sequence[np.ndarray]) -> list[Image.Image]:
    return [Image.fromarray(p) for picture in pictures for p in (picture, style(picture))]


def label(image: Image.Image, text: str) -> Image.Image:
    image = image.copy()
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(18)
    draw.text((10, 8), text, font=font, fill="white", stroke_width=2, stroke_fill="black")
    return image


def save_below(image: Image.Image, path: Path, most_bytes: int) -> None:
    """As a JPEG of the best quality that keeps it below a size."""
    for quality in range(92, 48, -4):
        image.save(path, quality=quality, optimize=True, progressive=True)
        if path.stat().st_size < most_bytes:
            return
    raise ValueError(f"{path.name} stays above {most_bytes} bytes")


def make_style_strip(out: Path) -> None:
    """A photograph of the examples and what every style makes of it, side by side."""
    photo = fit(Image.open(EXAMPLES / "photos" / "colosseum.jpg"), *STRIP_PX)
    cells = [label(photo, "photograph")]
    cells += [label(Style(model.name)(photo), model.name) for model in painters()]
    save_below(grid(cells, len(cells), *STRIP_PX), out / "style-strip.jpg", 250_000)


def painters() -> list[ModelFile]:
    """The styles that paint all alike; those that draw faces are shown on one."""
    return [model for model in list_models() if model.card.contract.system != SYSTEM]


def make_portrait_sample(clips: Path) -> None:
    """A frame of the turning head, twice its size, before and after `hereva-portrait`."""
    frame = frame_at(clips / "head-pose.gif", 0.2)
    large = Image.fromarray(frame).resize((1440, 810), Image.Resampling.LANCZOS)
    style = Style("hereva-portrait")
    cells = [
        picture.crop((450, 45, 1020, 570)).resize((326, 300), Image.Resampling.LANCZOS)
        for picture in (large, style(large))
    ]
    path = find_model(style.name).path
    save_below(grid(cells, 2, 326, 300), path.with_name(SAMPLE_NAME), 40_000)


def make_samples() -> None:
    """Before and after of every model that users choose from, beside its weights, at full size."""
    photo = Image.open(EXAMPLES / "photos" / "rocks.jpg")
    pairs = [(model, (photo, Style(model.name)(photo)), (170, 130)) for model in painters()]
    rough, lines = (EXAMPLES / name for name in ("rough.png", "lines.png"))
    for model in list_models(task="scene"):
        if not model.card.research:
            finished = paintreel.scene(rough=rough, sketch=lines, method=model.name)
            pairs.append((model, (Image.open(rough), finished), (560, 200)))
    width, height = SAMPLE_PX
    for model, pair, (x, y) in pairs:
        cells = [picture.crop((x, y, x + width, y + height)) for picture in pair]
        save_below(grid(cells, 2, width, height), model.path.with_name(SAMPLE_NAME), 40_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--clips", type=Path)
    args = parser.parse_args()
    out = HERE / "images"
    out.mkdir(exist_ok=True)
    make_style_strip(out)
    make_samples()
    if args.clips:
        make_portrait_sample(args.clips)
    if args.photos is None or args.clips is None:
        return
    photos = [np.array(Image.open(args.photos / name).convert("RGB")) for name in PHOTOS]
    frames = [f for name, wanted in CLIPS for f in frames_of(args.clips / name, wanted)]
    style = Style()
    example = [np.array(Image.open(EXAMPLES / "photo.jpg"))]
    example += frames_of(EXAMPLES / "clip.mp4", (20, 50))
    before_after = grid(painted_pairs(style, [example[0], *frames[2:3]]), 2, 640, 360)
    before_after.save(out / "before-after.jpg", quality=90)
    sheet = grid(painted_pairs(style, photos + frames), 4, 400, 270)
    sheet.save(out / "stylize.jpg", quality=88)
    cells = []
    for picture in (photos[0], photos[6], photos[4], frames[1]):
        cells.append(label(fit(Image.fromarray(picture), 400, 270), "photograph"))
        for model in list_models(task="stylize"):
            painted = Image.fromarray(Style(model.name)(picture))
            cells.append(label(fit(painted, 400, 270), model.name))
    grid(cells, len(cells) // 4, 400, 270).save(out / "styles.jpg", quality=88)


if __name__ == "__main__":
    main()
