"""How many faces are found, how many are none, how steady they are followed, and how long it takes.

    python benchmarks/faces.py --data ../shared/data [--save] [--quick]

Portraits each show one face; of the scenes those named in WITH_PEOPLE show people after all, by
looking, and are left out. Times are those of the processor, of one thread, on photographs enlarged
to 1920x1080. Trembling is the mean second difference of the landmarks from frame to frame, in
hundredths of the face. Small faces: portraits shrunk until the face is 70 px, painted with their
faces finer and not; the figure is how alike eyes are in picture and painting (correlation of
lightness without its slow part).
"""

from __future__ import annotations

import argparse
import csv
import time
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from report import Report, common_options, finish, verdict

from paintreel.faces import Face, FaceFinder, FaceFollower, find_faces, frame_face
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.imaging.geometry import resize
from paintreel.media.reader import read_frames
from paintreel.runtime.catalog import list_models
from paintreel.stylize.style import Style

LEAST_FOUND, MOST_FALSE, MOST_MS = 0.97, 0.02, 60.0
WITH_PEOPLE = frozenset(
    {
        *("coco_train_000000234748", "coco_train_000000256353", "coco_train_000000442450"),
        *("coco_val_000000229358", "coco_val_000000349860", "coco_val_000000519208"),
        *("coco_val_000000117425", "coco_val_000000189775", "coco_val_000000199055"),
        *("coco_val_000000347254", "agenda-img-4", "hero-podcast", "vash-gon-square"),
    }
)
CLIPS = ("head-pose.gif", "sign-again.mkv", "sign-please.mkv")
SMALL_PX = 70
CROWD = 8


def rows_of(data: Path, kind: str) -> list[tuple[str, Path]]:
    """(source, file) of every photograph of a kind."""
    with (data / "photo" / "manifest.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] == kind]
    paths = [data / "photo" / row["file"] for row in rows]
    return [(path.parent.name, path) for path in paths if path.stem not in WITH_PEOPLE]


def pixels(path: Path) -> Array:
    return read_picture(path).pixels


def detection(report: Report, data: Path, step: int) -> None:
    table, shares = [], {}
    for kind in ("portrait", "scene"):
        counts: dict[str, list[int]] = {}
        for source, path in rows_of(data, kind)[::step]:
            counts.setdefault(source, []).append(len(find_faces(pixels(path))))
        every = [n for each in counts.values() for n in each]
        for name, found in [*sorted(counts.items()), ("all", every)]:
            with_face = sum(n > 0 for n in found)
            table.append([kind, name, len(found), with_face, sum(n > 1 for n in found)])
        shares[kind] = sum(n > 0 for n in every) / len(every)
    report.table("Found", ["kind", "source", "pictures", "with a face", "with several"], table)
    found, false = shares["portrait"], shares["scene"]
    reached = verdict(found >= LEAST_FOUND), verdict(false <= MOST_FALSE)
    report.say(f"- portraits found: {found:.1%} (goal {LEAST_FOUND:.0%}: {reached[0]})")
    report.say(f"- scenes with false alarms: {false:.1%} (goal {MOST_FALSE:.0%}: {reached[1]})\n")


def speed(report: Report, data: Path, step: int) -> None:
    pictures = [
        resize(pixels(path), 1920, 1080)
        for kind in ("people", "scene")
        for _, path in rows_of(data, kind)[:: 12 * step][:20]
    ]
    table, worst = [], 0.0
    for least_px in (72, 48, 36):
        find = FaceFinder(least_px=least_px)
        find(pictures[0])
        spent, counts = [], []
        for picture in pictures:
            start = time.process_time()
            counts.append(len(find(picture)))
            spent.append(1000 * (time.process_time() - start))
        usual = [ms for ms, count in zip(spent, counts, strict=True) if count <= CROWD]
        crowd = f"{max(spent):.0f} ({counts[int(np.argmax(spent))]} faces)"
        table.append([f"{least_px} px", f"{np.mean(spent):.0f}", f"{max(usual):.0f}", crowd])
        worst = worst or max(usual)
    heads = ["faces from", "mean ms", f"most ms, up to {CROWD} faces", "most ms of all"]
    report.table(f"Time of {len(pictures)} pictures", heads, table)
    reached = verdict(worst <= MOST_MS)
    report.say(
        f"- from 72 px, up to {CROWD} faces, at most {worst:.0f} ms (goal {MOST_MS:g}: {reached})\n"
    )


def trembling(landmarks: list[Array], side_px: float) -> float:
    return 100 * float(np.linalg.norm(np.diff(landmarks, 2, axis=0), axis=2).mean()) / side_px


def nearest(faces: list[Face], face: Face) -> Face:
    return min(faces, key=lambda each: np.hypot(*np.subtract(each.centre, face.centre)))


def following(report: Report, data: Path, most: int) -> None:
    table = []
    for name in CLIPS:
        find, follow = FaceFinder(), FaceFollower()
        single: list[Array] = []
        smooth: list[Array] = []
        numbers: set[int] = set()
        side_px, frames = 0.0, 0
        with read_frames(data / "video" / name) as source:
            for frame in islice(source, most):
                frames += 1
                alone, tracked = find(frame.pixels), follow(frame.pixels, frame.time_s)
                numbers |= {each.number for each in tracked}
                if not alone or not tracked:
                    continue
                face = tracked[0].face
                single.append(nearest(alone, face).landmarks)
                smooth.append(face.landmarks)
                side_px = face.side_px
        figures = (f"{trembling(each, side_px):.2f}" for each in (single, smooth))
        table.append([name, frames, len(smooth), len(numbers), *figures])
    heads = ["clip", "frames", "with a face", "numbers", "each by itself, %", "followed, %"]
    report.table("Followed", heads, table)


def eyes_of(picture: Array, face: Face) -> list[Array]:
    """Both eyes in lightness without its slow part, as long rows of numbers."""
    frame = frame_face(face, 96)
    light = cv2.cvtColor(frame.take(picture), cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32)
    band = cv2.GaussianBlur(light, (0, 0), 1.2) - cv2.GaussianBlur(light, (0, 0), 6)
    places = frame.to_square(face.landmarks[:2]).astype(int).clip(14, 82)
    return [band[y - 9 : y + 9, x - 14 : x + 14].ravel() for x, y in places]


def small_faces(report: Report, data: Path, step: int) -> None:
    pictures = []
    for _, path in rows_of(data, "portrait")[:: 43 * step]:
        whole = pixels(path)
        zoom = SMALL_PX / find_faces(whole)[0].side_px
        small = resize(whole, *(round(side * zoom) for side in whole.shape[1::-1]))
        if found := find_faces(small, least_px=24):
            pictures.append((small, found[0]))
    table = []
    for model in list_models():
        row = [model.name]
        for fine in (False, True):
            style = Style(model.name, threads=1, fine_faces=fine)
            alike, again = [], 0
            for picture, face in pictures:
                painted = style.paint(picture)
                pairs = zip(eyes_of(painted, face), eyes_of(picture, face), strict=True)
                alike.append(np.mean([np.corrcoef(*pair)[0, 1] for pair in pairs]))
                again += bool(find_faces(painted, least_px=24))
            row += [f"{np.mean(alike):.2f}", f"{again / len(pictures):.0%}"]
        table.append(row)
    heads = ["style", "eyes, plain", "found again", "eyes, finer", "found again, finer"]
    report.table(f"Small faces of {len(pictures)} portraits", heads, table)


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--data", type=Path, required=True, help="folder of photo/ and video/")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    step = 25 if args.quick else 1
    report = Report("faces", "Faces", quick=args.quick, timed=False)
    detection(report, args.data, step)
    speed(report, args.data, step)
    following(report, args.data, 12 if args.quick else 200)
    small_faces(report, args.data, 4 if args.quick else 1)
    finish(report, args)


if __name__ == "__main__":
    main()
