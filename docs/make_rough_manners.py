"""Draw eight roughs in eight manners and show each beside what `scene` paints of it.

    python docs/make_rough_manners.py

Writes docs/images/scene-manners.jpg. Nothing is chosen: these are all that were drawn.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import paintreel
from paintreel.pictures.contact_sheet import Cell, contact_sheet
from paintreel.pictures.paper import on_white

IMAGES = Path(__file__).resolve().parent / "images"
WIDTH, HEIGHT = SIZE = (960, 540)
Colour = tuple[int, ...]
Points = Sequence[tuple[float, float]]


class Sheet:
    """A sheet of paper, and a hand that shakes as `rng` has it."""

    def __init__(self, rng: np.random.Generator, paper: Colour) -> None:
        self.rng, self.image = rng, Image.new("RGBA" if len(paper) == 4 else "RGB", SIZE, paper)
        self.pen = ImageDraw.Draw(self.image)

    def stroke(self, points: Points, wide_px: int, colour: Colour) -> None:
        self.pen.line(list(points), fill=colour, width=wide_px, joint="curve")
        for x, y in points:
            r = wide_px / 2
            self.pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def bands(self, rows: dict[int, Colour], wide_px: int, shake: float = 8, inset: int = -20):
        for y, colour in rows.items():
            along = np.linspace(inset, WIDTH - inset, 9)
            points = [(x, y + self.rng.normal(0, shake)) for x in along]
            self.stroke(points, wide_px, colour)


def grainy(image: Image.Image, rng: np.random.Generator, deviation: float) -> Image.Image:
    pixels = np.asarray(image) + rng.normal(0, deviation, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def marker(rng: np.random.Generator) -> Image.Image:
    """On cream paper, scanned and saved as JPEG."""
    sheet = Sheet(rng, (246, 240, 228))
    sheet.bands({50: (250, 180, 120), 120: (246, 150, 110), 190: (220, 120, 120)}, 80)
    sheet.pen.ellipse((430, 150, 530, 250), fill=(255, 240, 190))
    sea = {270: (120, 90, 140), 340: (90, 80, 140), 410: (70, 70, 120), 490: (40, 45, 80)}
    sheet.bands(sea, 64)
    sheet.stroke([(0, 300), (120, 270), (220, 300)], 60, (60, 45, 70))
    file = io.BytesIO()
    grainy(sheet.image, rng, 6).save(file, "JPEG", quality=60)
    return Image.open(file)


def airbrush(rng: np.random.Generator) -> Image.Image:
    sheet = Sheet(rng, (190, 215, 235))
    pen = sheet.pen
    pen.polygon([(0, 330), (200, 140), (380, 330)], fill=(120, 130, 160))
    pen.polygon([(300, 330), (560, 80), (820, 330)], fill=(100, 110, 150))
    pen.polygon([(500, 150), (560, 80), (620, 150), (550, 160)], fill=(245, 248, 250))
    pen.rectangle((0, 330, *SIZE), fill=(110, 140, 80))
    pen.ellipse((300, 380, 800, 470), fill=(120, 170, 200))
    return sheet.image.filter(ImageFilter.GaussianBlur(14))


def washes(rng: np.random.Generator) -> Image.Image:
    """Transparent, each darkening what it lies over."""
    paint = np.ones((HEIGHT, WIDTH, 3))

    def wash(draw: Callable[[Sheet], None], colour: Colour, strength: float) -> None:
        nonlocal paint
        sheet = Sheet(rng, (0, 0, 0))
        draw(sheet)
        mask = np.asarray(sheet.image.filter(ImageFilter.GaussianBlur(5)))[..., :1] / 255
        paint = paint * (1 - strength * mask * (1 - np.array(colour) / 255))

    sky = {60: (140, 190, 230), 110: (160, 200, 230), 160: (220, 220, 220)}
    land = {260: (120, 170, 120), 320: (110, 160, 90), 400: (90, 140, 70), 490: (80, 120, 60)}
    for rows, strength in ((sky, 0.55), (land, 0.8)):
        for y, colour in rows.items():
            wash(lambda s, y=y: s.bands({y: (255,) * 3}, 90), colour, strength)
    for x in (200, 330, 700):
        trunk, crown = [(x, 380), (x + 5, 260)], [(x - 30, 230), (x + 40, 210), (x + 10, 180)]
        wash(lambda s, p=trunk: s.stroke(p, 20, (255,) * 3), (110, 80, 60), 0.9)
        wash(lambda s, p=crown: s.stroke(p, 80, (255,) * 3), (80, 130, 60), 0.8)
    return Image.fromarray((paint * 255).astype(np.uint8))


def cut_paper(rng: np.random.Generator) -> Image.Image:
    sheet = Sheet(rng, (250, 215, 160))
    for (narrow, wide), (low, high), foot, tones in (
        ((50, 120), (60, 240), 400, ((120, 180),) * 3),
        ((80, 160), (60, 200), 440, ((60, 110), (50, 90), (70, 120))),
    ):
        left = 0
        while left < WIDTH:
            right = left + int(rng.integers(narrow, wide))
            top = foot - 40 - int(rng.integers(low, high))
            colour = tuple(int(rng.integers(*tone)) for tone in tones)
            sheet.pen.rectangle((left, top, right, foot), fill=colour)
            if foot == 440:
                for y in range(top + 14, foot - 40, 30):
                    for x in range(left + 10, right - 15, 26):
                        sheet.pen.rectangle((x, y, x + 10, y + 14), fill=(250, 220, 120))
            left = right
    sheet.pen.rectangle((0, 440, *SIZE), fill=(90, 85, 90))
    road = [(440, 440), (520, 440), (700, HEIGHT), (260, HEIGHT)]
    sheet.pen.polygon(road, fill=(120, 115, 115))
    return sheet.image


def large_pixels(rng: np.random.Generator) -> Image.Image:
    small = cut_paper(rng).resize((160, 90), Image.Resampling.BOX)
    return small.resize(SIZE, Image.Resampling.NEAREST)


def transparent(rng: np.random.Generator) -> Image.Image:
    """Strokes on no ground at all."""
    sheet = Sheet(rng, (0, 0, 0, 0))
    rows = (20, 26, 50), (28, 38, 66), (36, 52, 70), (30, 48, 48), (22, 36, 30), (14, 22, 20)
    night = {60 + 90 * k: (*colour, 255) for k, colour in enumerate(rows)}
    sheet.bands(night, 80, shake=14)
    for x in (100, 260, 480, 640, 860):
        top, wide_px = x + rng.normal(0, 10), int(rng.integers(26, 54))
        sheet.stroke([(x, HEIGHT), (top, -10)], wide_px, (12, 14, 20, 255))
    sheet.pen.ellipse((690, 60, 770, 140), fill=(230, 230, 200, 255))
    return sheet.image


def flat_fills(rng: np.random.Generator) -> Image.Image:
    sheet = Sheet(rng, (0, 162, 232))
    pen = sheet.pen
    pen.ellipse((40, 30, 160, 150), fill=(255, 242, 0))
    pen.rectangle((0, 360, *SIZE), fill=(34, 177, 76))
    pen.rectangle((360, 220, 620, 420), fill=(195, 195, 195))
    pen.polygon([(330, 220), (490, 110), (650, 220)], fill=(237, 28, 36))
    pen.rectangle((460, 320, 520, 420), fill=(136, 0, 21))
    pen.rectangle((390, 260, 440, 310), fill=(153, 217, 234))
    pen.rectangle((800, 260, 830, 400), fill=(136, 0, 21))
    pen.ellipse((730, 150, 900, 300), fill=(34, 120, 60))
    return sheet.image


def photographed(rng: np.random.Generator) -> Image.Image:
    """Gouache on grey paper, darker to the corners."""
    sheet = Sheet(rng, (200, 196, 188))
    sheet.bands({60: (210, 160, 150), 130: (220, 190, 160)}, 76, shake=10, inset=60)
    land = {240: (150, 120, 110), 310: (160, 110, 80), 390: (130, 80, 60), 470: (90, 60, 50)}
    sheet.bands(land, 76, shake=10, inset=60)
    sheet.pen.polygon([(600, 260), (660, 150), (780, 150), (860, 270)], fill=(140, 80, 60))
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j][..., None]
    tooth = cv2.GaussianBlur(rng.normal(0, 0.06, (HEIGHT, WIDTH)), (0, 0), 1.2)[..., None]
    pixels = np.asarray(sheet.image) * (1 - 0.175 * (x**2 + y**2)) * (1 + tooth)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


MANNERS = {
    "marker on cream paper, a JPEG": marker,
    "airbrush": airbrush,
    "washes": washes,
    "cut paper": cut_paper,
    "large pixels": large_pixels,
    "on transparent ground": transparent,
    "flat fills": flat_fills,
    "a photograph of a sheet": photographed,
}


def main() -> None:
    cells = []
    for seed, (title, draw) in enumerate(MANNERS.items()):
        rough = draw(np.random.default_rng(seed))
        seen = np.asarray(rough)
        if seen.shape[2] == 4:
            seen = on_white(seen)
        cells.append(Cell(seen, title))
        cells.append(Cell(np.asarray(paintreel.scene(rough=rough).convert("RGB")), "painted"))
    sheet = contact_sheet(cells, columns=4, cell_px=400)
    Image.fromarray(sheet).save(IMAGES / "scene-manners.jpg", quality=85)


if __name__ == "__main__":
    main()
