"""How hair is worn: masses and locks of every style, before they are drawn.

All in head coordinates (x, y, z). A lock is a spine with a width; a mass is an outline. What hangs
swings: the farther down, the more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.curves import along, taper
from paintreel.rig.identity import Identity

__all__ = ["Hairdo", "Lock", "hairdo_of"]


@dataclass(frozen=True, eq=False)
class Lock:
    """spine (K, 3) from root to tip; width at its widest; loose: 0 stiff .. 1 hangs free.

    ends, belly  width at root and tip as shares, and where it is widest
    curls        how far it waves to and fro, in widths
    """

    spine: Array
    width: float
    loose: float = 0.5
    ends: tuple[float, float] = (0.35, 0.0)
    belly: float = 0.35
    curls: float = 0.0

    @property
    def profile(self) -> Array:
        """Width along the spine, 1 at the widest."""
        return taper(COUNT, *self.ends, belly=self.belly)

    @property
    def path(self) -> Array:
        """The smooth spine (COUNT, 3)."""
        path = along(self.spine, COUNT)
        if self.curls:
            t = np.linspace(0.0, 1.0, COUNT)
            path = path + np.stack(
                [self.curls * self.width * np.sin(9.0 * t) * t, 0 * t, 0 * t], axis=-1
            )
        return path


COUNT = 22


@dataclass(frozen=True)
class Hairdo:
    """back, front: locks from back to front; masses: outlines (N, 3) with how loose each is.

    masses   behind the head
    puffs    round tufts (x, y, z, radius) behind and before the head
    cap      outline of what covers the skull (N, 3), None where nothing does
    crown    where the hair parts, (x, y, z)
    """

    masses: tuple[tuple[Array, float], ...] = ()
    back: tuple[Lock, ...] = ()
    cap: Array | None = None
    front: tuple[Lock, ...] = ()
    back_puffs: tuple[tuple[float, float, float, float], ...] = ()
    front_puffs: tuple[tuple[float, float, float, float], ...] = ()
    braids: tuple[Lock, ...] = ()
    crown: tuple[float, float, float] = (0.0, -1.0, 0.2)
    ties: tuple[tuple[float, float, float, float], ...] = field(default=())


def hairdo_of(identity: Identity, rng: np.random.Generator) -> Hairdo:
    """The hair of an identity; `rng` decides what no option says: how single locks fall."""
    return _STYLES[identity.hair.style](identity, rng)


def _width(identity: Identity) -> float:
    return identity.proportions.head_width


def _crown(identity: Identity) -> tuple[float, float, float]:
    return 0.55 * identity.hair.parting * _width(identity), -0.99, 0.26


def _cap(identity: Identity, *, low: float = 0.12, lift: float = 0.0) -> Array:
    """What covers the skull, from the left temple over the crown and back along the hairline."""
    w, hair = _width(identity), identity.hair
    full = 0.07 + 0.15 * hair.volume
    top = -identity.proportions.forehead
    side = w + 0.03 + 0.45 * full
    outer = [
        [-side * 0.99, low, -0.1],
        [-side * 1.03, -0.28, -0.1],
        [-0.9 * side, 0.66 * top - 0.4 * full, -0.1],
        [-0.5 * side, 0.93 * top - 0.9 * full, -0.08],
        [0.0, top - full, -0.05],
        [0.5 * side, 0.93 * top - 0.9 * full, -0.08],
        [0.9 * side, 0.66 * top - 0.4 * full, -0.1],
        [side * 1.03, -0.28, -0.1],
        [side * 0.99, low, -0.1],
    ]
    line = -0.5 * identity.proportions.forehead - lift
    inner = [
        [0.93 * w, 0.02, 0.12],
        [0.86 * w, -0.26, 0.24],
        [0.56 * w, line - 0.06, 0.42],
        [0.0, line - 0.12, 0.54],
        [-0.56 * w, line - 0.06, 0.42],
        [-0.86 * w, -0.26, 0.24],
        [-0.93 * w, 0.02, 0.12],
    ]
    return np.vstack([along(outer, 40), along(inner, 32)])


def _fringe(identity: Identity, rng: np.random.Generator) -> list[Lock]:
    """What falls over the forehead."""
    kind, w = identity.hair.fringe, _width(identity)
    cx, _, _ = _crown(identity)
    brow = identity.proportions.eye_height - identity.proportions.brow_height
    top = -identity.proportions.forehead - 0.02 - 0.1 * identity.hair.volume
    wave = 0.25 * identity.hair.wave
    locks: list[Lock] = []

    def lock(tip: tuple[float, float], width: float, bow: float = 0.0, root: float = 0.0) -> None:
        """From the parting, bowed out by `bow`, to a tip."""
        start = [cx + root, top * 0.97 - 0.0 * abs(root), 0.3]
        x = 0.45 * cx + 0.55 * tip[0] + bow
        middle = [x, -0.66, 0.52]
        low = [0.12 * cx + 0.88 * tip[0] + 0.55 * bow, 0.45 * -0.66 + 0.55 * tip[1], 0.56]
        end = [tip[0], tip[1], 0.58 - 0.2 * abs(tip[0])]
        spine = np.array([start, middle, low, end])
        locks.append(Lock(spine, width, loose=0.22, ends=(0.25, 0.0), belly=0.5, curls=wave))

    def jitter(by: float = 0.03) -> float:
        return float(rng.uniform(-by, by))

    if kind == "straight":
        for x in np.linspace(-0.74, 0.74, 9)[[0, 8, 1, 7, 2, 6, 3, 5, 4]]:
            at = float(x) * w
            lock((at + jitter(), brow + 0.03 + 0.1 * abs(x) + jitter()), 0.3, 0.1 * at, 0.35 * at)
    elif kind == "swept":
        over = 1.0 if cx <= 0 else -1.0
        for x, y, wide in (
            (-0.92, 0.24, 0.26), (0.98, 0.3, 0.28), (-0.72, 0.02, 0.27), (0.86, 0.12, 0.3),
            (0.66, 0.0, 0.33), (-0.5, -0.09, 0.24), (0.4, -0.04, 0.33), (0.1, -0.08, 0.28),
        ):  # fmt: skip
            bow = over * (0.16 if x * over > 0 else -0.08)
            lock((over * x * w + jitter(), brow + y + jitter()), wide, bow, 0.1 * x * over)
    elif kind == "parted":
        for side in (-1, 1):
            for x, y, wide in (
                (0.95, 0.34, 0.26),
                (0.86, 0.12, 0.3),
                (0.68, -0.06, 0.3),
                (0.44, -0.16, 0.24),
            ):
                lock((side * x * w + jitter(), brow + y + jitter()), wide, side * 0.2, 0.02 * side)
    elif kind == "curtain":
        for side in (-1, 1):
            for x, y, wide in ((0.98, 0.5, 0.3), (0.9, 0.24, 0.32), (0.74, 0.04, 0.3)):
                lock((side * x * w + jitter(), brow + y + jitter()), wide, side * 0.3, 0.02 * side)
    elif kind == "tuft":
        for x, y, wide in ((-0.2, -0.16, 0.26), (0.24, -0.18, 0.26), (0.02, -0.05, 0.3)):
            lock((x * w + jitter(), brow + y + jitter()), wide, 0.25 * x, 0.4 * x)
    return locks


def _side_locks(identity: Identity, rng: np.random.Generator, low: float) -> list[Lock]:
    """Before the ears, down to `low`."""
    w = _width(identity)
    full = 0.1 * identity.hair.volume
    locks = []
    for side in (-1, 1):
        for shift, wide, drop in ((0.08, 0.27, 0.0), (0.0, 0.17, -0.2)):
            x = side * (w * 0.96 + full + shift)
            spine = np.array(
                [
                    [side * 0.66 * w, -0.8, 0.16],
                    [x * 1.0, -0.3, 0.1],
                    [x * 1.02, 0.2, 0.08],
                    [side * (w * 0.92 + shift), 0.55 * low + 0.2, 0.1],
                    [side * (w * 0.84 + shift) + rng.uniform(-0.05, 0.05), low + drop, 0.1],
                ]
            )
            curls = 0.5 * identity.hair.wave
            locks.append(Lock(spine, wide, loose=0.6, ends=(0.2, 0.0), belly=0.45, curls=curls))
    return locks


def _hanging(identity: Identity, rng: np.random.Generator, low: float, flare: float) -> Array:
    """A mass behind the head down to `low`, its edge in tips."""
    w, hair = _width(identity), identity.hair
    side = w + 0.1 + 0.14 * hair.volume
    half = [[0.0, -1.06, -0.3], [0.6 * side, -0.98, -0.3], [side, -0.4, -0.3]]
    half += [[side + 0.35 * flare, 0.25, -0.3], [side + flare, 0.5 * (0.25 + low), -0.3]]
    right = along(half, 24)
    tips = []
    count = 5
    xs = np.linspace(side + 0.8 * flare, -side - 0.8 * flare, 2 * count + 1)
    for i, x in enumerate(xs):
        out = abs(x) / (side + 0.8 * flare)
        deep = low - 0.1 * out**2 - 0.34 * out**8 + float(rng.uniform(-0.06, 0.06))
        tips.append([x * (1.0 - 0.04 * out), deep if i % 2 == 0 else deep - 0.16, -0.3])
    left = right[::-1] * [-1.0, 1.0, 1.0]
    return np.vstack([right, along(tips, 60), left])


def _long(identity: Identity, rng: np.random.Generator) -> Hairdo:
    low = 1.0 + 1.3 * identity.hair.length
    mass = _hanging(identity, rng, low, 0.1 + 0.12 * identity.hair.volume)
    front = [
        *_side_locks(identity, rng, 0.75 + 0.8 * identity.hair.length),
        *_fringe(identity, rng),
    ]
    return Hairdo(((mass, 0.8),), (), _cap(identity), tuple(front), crown=_crown(identity))


def _bob(identity: Identity, rng: np.random.Generator) -> Hairdo:
    low = 0.55 + 0.5 * identity.hair.length
    mass = _hanging(identity, rng, low, 0.16)
    front = [*_side_locks(identity, rng, low), *_fringe(identity, rng)]
    return Hairdo(((mass, 0.4),), (), _cap(identity), tuple(front), crown=_crown(identity))


def _tail(
    identity: Identity, root: tuple[float, float, float], side: int, far: float
) -> list[Lock]:
    """A tail of several locks that leaves the head at a root."""
    x, y, z = root
    long = 0.8 + 1.3 * identity.hair.length
    wide = 0.34 + 0.26 * identity.hair.volume
    curls = 0.4 * identity.hair.wave
    locks = []
    for spread, share in ((0.14, 0.8), (-0.12, 0.86), (0.0, 1.0)):
        spine = np.array(
            [
                [x, y, z],
                [x + side * (0.3 * far + spread), y - 0.08 + 0.15 * (1 - far), z],
                [x + side * (0.55 * far + 1.2 * spread), y + 0.4 * long * share, z],
                [x + side * (0.5 * far + 1.6 * spread), y + long * share, z],
            ]
        )
        locks.append(Lock(spine, wide * share, 1.0, ends=(0.3, 0.0), belly=0.4, curls=curls))
    return locks


def _ponytail(identity: Identity, rng: np.random.Generator) -> Hairdo:
    side = 1 if identity.hair.parting <= 0 else -1
    root = (side * 0.42, -0.86, -0.45)
    front = [*_side_locks(identity, rng, 0.42)[1::2], *_fringe(identity, rng)]
    return Hairdo(
        ((_hanging(identity, rng, 0.42, 0.0), 0.1),),
        tuple(_tail(identity, root, side, 1.0)),
        _cap(identity),
        tuple(front),
        crown=_crown(identity),
        ties=((*root, 0.13),),
    )


def _pigtails(identity: Identity, rng: np.random.Generator) -> Hairdo:
    w = _width(identity)
    back: list[Lock] = []
    ties = []
    for side in (-1, 1):
        root = (side * (w + 0.1), -0.22, -0.2)
        back += _tail(identity, root, side, 0.75)
        ties.append((*root, 0.12))
    front = _fringe(identity, rng)
    return Hairdo(
        ((_hanging(identity, rng, 0.4, 0.0), 0.1),),
        tuple(back),
        _cap(identity),
        tuple(front),
        crown=_crown(identity),
        ties=tuple(ties),
    )


def _braid(identity: Identity, rng: np.random.Generator) -> Hairdo:
    w = _width(identity)
    long = 1.2 + 1.0 * identity.hair.length
    braids = []
    for side in (-1, 1):
        spine = np.array(
            [
                [side * (w + 0.02), 0.35, 0.0],
                [side * (w + 0.08), 0.8, 0.1],
                [side * (w + 0.02), 0.4 + 0.6 * long, 0.16],
                [side * (w - 0.02), 0.35 + long, 0.18],
            ]
        )
        braids.append(Lock(spine, 0.2 + 0.12 * identity.hair.volume, 0.7))
    return Hairdo(
        ((_hanging(identity, rng, 0.5, 0.0), 0.1),),
        (),
        _cap(identity, low=0.3),
        tuple(_fringe(identity, rng)),
        braids=tuple(braids),
        crown=_crown(identity),
    )


def _short(identity: Identity, rng: np.random.Generator) -> Hairdo:
    low = 0.2 + 0.25 * identity.hair.length
    mass = _hanging(identity, rng, low, 0.0)
    front = [*_sideburns(identity), *_fringe(identity, rng), *_cowlick(identity, rng, 3)]
    return Hairdo(((mass, 0.1),), (), _cap(identity, low=0.0), tuple(front), crown=_crown(identity))


def _sideburns(identity: Identity) -> list[Lock]:
    w = _width(identity)
    return [
        Lock(
            np.array(
                [[s * 0.8 * w, -0.6, 0.16], [s * 0.99 * w, -0.2, 0.12], [s * 0.93 * w, 0.22, 0.12]]
            ),
            0.22,
            0.1,
            ends=(0.3, 0.0),
            belly=0.4,
        )
        for s in (-1, 1)
    ]


def _cowlick(identity: Identity, rng: np.random.Generator, count: int) -> list[Lock]:
    """Locks that stand up at the crown."""
    cx, cy, _ = _crown(identity)
    full = 0.1 + 0.15 * identity.hair.volume
    out = []
    for lean in np.linspace(-0.5, 0.5, count):
        tip = [
            cx + lean * 0.7 + float(rng.uniform(-0.06, 0.06)),
            cy - full - 0.22 + 0.1 * abs(lean),
            0.0,
        ]
        root = [cx + 0.28 * lean, cy + 0.12, 0.1]
        middle = [cx + 0.3 * lean, cy - 0.6 * full - 0.05, 0.05]
        out.append(Lock(np.array([root, middle, tip]), 0.17, 0.3, ends=(0.5, 0.0), belly=0.3))
    return out


def _spikes(identity: Identity, rng: np.random.Generator, angles: Array, far: float) -> list[Lock]:
    """Pointed locks round the skull, at angles from straight up, in radians."""
    w = _width(identity)
    out = []
    for angle in angles:
        x, y = np.sin(angle), -np.cos(angle)
        reach = far * float(rng.uniform(0.75, 1.15))
        root = [0.62 * w * x, 0.62 * y, -0.05]
        middle = [w * 1.0 * x, 0.98 * y, -0.1]
        sag = 0.14 * abs(x)
        tip = [(w + reach) * x * 0.98, (1.0 + reach) * y - 0.06 + sag, -0.12]
        out.append(Lock(np.array([root, middle, tip]), 0.46, 0.3, ends=(0.7, 0.0), belly=0.4))
    return out


def _spiky(identity: Identity, rng: np.random.Generator) -> Hairdo:
    far = 0.22 + 0.32 * identity.hair.volume
    angles = np.array([-1.9, 1.9, -1.5, 1.5, -1.1, 1.1, -0.72, 0.72, -0.36, 0.36, 0.0])
    back = _spikes(identity, rng, angles, far)
    front = [*_sideburns(identity), *_fringe(identity, rng)]
    return Hairdo((), tuple(back), _cap(identity, low=-0.05), tuple(front), crown=_crown(identity))


def _mohawk(identity: Identity, rng: np.random.Generator) -> Hairdo:
    far = 0.35 + 0.4 * identity.hair.volume
    angles = np.array([-0.5, 0.5, -0.25, 0.25, 0.0])
    return Hairdo((), (), None, tuple(_spikes(identity, rng, angles, far)), crown=_crown(identity))


def _curly(identity: Identity, rng: np.random.Generator) -> Hairdo:
    w, hair = _width(identity), identity.hair
    size = 0.2 + 0.12 * hair.volume
    low = 1.1 + 1.5 * hair.length
    back, front = [], []
    for angle in np.linspace(-low, low, 15):
        far = 1.06 + 0.1 * hair.volume
        back.append((far * w * 1.06 * np.sin(angle), -far * 0.95 * np.cos(angle), -0.2,
                     size * float(rng.uniform(1.0, 1.3))))  # fmt: skip
    for angle in np.linspace(-0.95, 0.95, 9):
        front.append((0.86 * w * np.sin(1.1 * angle), -0.82 * np.cos(0.75 * angle) - 0.02, 0.4,
                      size * float(rng.uniform(0.75, 1.0))))  # fmt: skip
    return Hairdo(
        ((_hanging(identity, rng, 0.3 + 0.6 * hair.length, 0.1), 0.2),),
        (),
        _cap(identity),
        (),
        back_puffs=tuple(back),
        front_puffs=tuple(front),
        crown=_crown(identity),
    )


def _bun(identity: Identity, rng: np.random.Generator) -> Hairdo:
    size = 0.32 + 0.16 * identity.hair.volume
    front = [*_side_locks(identity, rng, 0.35)[1::2], *_fringe(identity, rng)]
    top = -identity.proportions.forehead
    return Hairdo(
        ((_hanging(identity, rng, 0.3, 0.0), 0.05),),
        (),
        _cap(identity),
        tuple(front),
        back_puffs=((0.0, top - 0.62 * size, -0.35, size),),
        crown=_crown(identity),
    )


def _fur(identity: Identity, rng: np.random.Generator) -> Hairdo:
    """Tufts at the cheeks and on the crown, of one who is furred all over."""
    w = _width(identity)
    back: list[Lock] = []
    for side in (-1, 1):
        for y, far, drop in (
            (0.05, 0.18, 0.02),
            (0.62, 0.2, 0.26),
            (0.42, 0.34, 0.14),
            (0.22, 0.3, 0.05),
        ):
            root = [side * 0.6 * w, y - 0.1, -0.02]
            middle = [side * (w + 0.02), y, 0.0]
            tip = [side * (w + far * (0.7 + 0.6 * identity.hair.volume)), y + drop, -0.02]
            back.append(Lock(np.array([root, middle, tip]), 0.34, 0.2, ends=(0.8, 0.0), belly=0.4))
    front = [*_cowlick(identity, rng, 5), *_fringe(identity, rng)]
    return Hairdo((), tuple(back), None, tuple(front), crown=_crown(identity))


def _none(identity: Identity, rng: np.random.Generator) -> Hairdo:
    return Hairdo((), (), None, (), crown=_crown(identity))


_STYLES: Mapping[str, Callable[[Identity, np.random.Generator], Hairdo]] = {
    "long": _long,
    "bob": _bob,
    "ponytail": _ponytail,
    "pigtails": _pigtails,
    "braid": _braid,
    "short": _short,
    "spiky": _spiky,
    "curly": _curly,
    "bun": _bun,
    "mohawk": _mohawk,
    "fur": _fur,
    "none": _none,
}
