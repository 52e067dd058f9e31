"""Does a network tell what a drawn face feels, of characters that it has never seen?

    python benchmarks/character_emotions.py                     # 100 characters to learn from
    python benchmarks/character_emotions.py --characters 12 --epochs 2

A small CNN (three convolutions, one hidden layer) is trained on faces of characters from seeds, in
nine emotions at 0.6 to 1 of their intensity, heads turned and tilted a little, and names the faces
of other seeds and of the bundled identities. Prints accuracy and the confusions. Needs the extra
train.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import nn

from paintreel.pictures.paper import on_white
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import draw_character
from paintreel.rig.framing import view_of
from paintreel.rig.identity import Identity
from paintreel.rig.identity_files import find_identity, identity_names
from paintreel.rig.seeded import identity_of_seed
from paintreel.runtime.emotions import EMOTIONS

SIDE_PX, DRAWN_PX, HELD_OUT = 64, (128, 128), 10_000
"""Seeds from HELD_OUT on are never trained on."""


def face(identity: Identity, emotion: str, rng: np.random.Generator) -> np.ndarray:
    """One face, (3, S, S) float32 in [0, 1]."""
    turned = {
        "turn_deg": float(rng.uniform(-12, 12)),
        "tilt_deg": float(rng.uniform(-6, 6)),
        "nod_deg": float(rng.uniform(-4, 4)),
    }
    pose = pose_of(emotion, float(rng.uniform(0.6, 1.0))).with_added(turned)
    rgba = draw_character(identity, pose, DRAWN_PX, framing="face", quick=True).rgba
    # Cropped to the face, as a finder of faces would.
    view = view_of(identity, DRAWN_PX, "face")
    middle = (0.0, -identity.proportions.neck_length - 0.85)
    x, y = (at * view.unit_px + origin for at, origin in zip(middle, view.origin_px, strict=True))
    half = 1.02 * view.unit_px
    corners = np.array([[x - half, y - half], [x + half, y - half], [x - half, y + half]])
    place = cv2.getAffineTransform(
        (corners + view.at_px).astype(np.float32),
        np.array([[0, 0], [SIDE_PX, 0], [0, SIDE_PX]], np.float32),
    )
    cut = cv2.warpAffine(on_white(rgba), place, (SIDE_PX, SIDE_PX), flags=cv2.INTER_AREA)
    return cut.transpose(2, 0, 1).astype(np.float32) / 255.0


def faces(
    identities: Sequence[Identity], each: int, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """`each` faces of every emotion of every identity, and their numbers in `EMOTIONS`."""
    pictures, labels = [], []
    for identity in identities:
        for number, emotion in enumerate(EMOTIONS):
            for _ in range(each):
                pictures.append(face(identity, emotion, rng))
                labels.append(number)
    return torch.from_numpy(np.stack(pictures)), torch.tensor(labels)


def network() -> nn.Module:
    """From (N, 3, 64, 64) to scores (N, 9)."""
    return nn.Sequential(
        *(nn.Conv2d(3, 24, 5, 2, 2), nn.BatchNorm2d(24), nn.ReLU()),
        *(nn.Conv2d(24, 48, 3, 2, 1), nn.BatchNorm2d(48), nn.ReLU()),
        *(nn.Conv2d(48, 64, 3, 2, 1), nn.BatchNorm2d(64), nn.ReLU()),
        *(nn.Flatten(), nn.Dropout(0.4), nn.Linear(64 * 8 * 8, 96), nn.ReLU()),
        *(nn.Dropout(0.3), nn.Linear(96, len(EMOTIONS))),
    )


def train(pictures: torch.Tensor, labels: torch.Tensor, epochs: int) -> nn.Module:
    """A network trained on faces."""
    net = network()
    steps = epochs * max(1, len(labels) // 48)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    for _ in range(steps):
        at = torch.randint(0, len(labels), (48,))
        batch = pictures[at]
        # Colours say who it is, not what is felt.
        batch = batch * (0.8 + 0.4 * torch.rand(48, 3, 1, 1))
        shift = [int(v) for v in torch.randint(-3, 4, (2,))]
        loss = nn.functional.cross_entropy(net(torch.roll(batch, shift, (2, 3))), labels[at])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net.eval()


def main(argv: Sequence[str] | None = None) -> int:
    """Print accuracies. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    torch.manual_seed(arguments.seed)
    rng = np.random.default_rng(arguments.seed)
    known = [identity_of_seed(seed) for seed in range(arguments.characters)]
    net = train(*faces(known, arguments.each, rng), arguments.epochs)
    strangers = [identity_of_seed(HELD_OUT + seed) for seed in range(12)]
    bundled = [find_identity(name) for name in identity_names()]
    print("| characters | faces | named right |")
    print("| --- | --- | --- |")
    wrong: dict[tuple[str, str], int] = {}
    for name, identities in (("of other seeds", strangers), ("bundled", bundled)):
        pictures, labels = faces(identities, 2, rng)
        with torch.no_grad():
            found = net(pictures).argmax(dim=1)
        print(f"| {name} | {len(labels)} | {(found == labels).float().mean():.3f} |")
        for truth, guess in zip(labels.tolist(), found.tolist(), strict=True):
            if truth != guess:
                key = (EMOTIONS[truth], EMOTIONS[guess])
                wrong[key] = wrong.get(key, 0) + 1
    for (truth, guess), count in sorted(wrong.items(), key=lambda item: -item[1])[:8]:
        print(f"{truth} taken for {guess}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
