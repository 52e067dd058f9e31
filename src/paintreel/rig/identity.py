"""Who a character is: proportions, palette, hair, clothes, features.

What an art director decides, as plain data: a TOML file has the same tables and keys
(`identity_files.py`), a seed draws them (`seeded.py`). Lengths are half heights of the head, shares
are of what is usual.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from paintreel.errors import InputError
from paintreel.near_names import did_you_mean, near_names

__all__ = [
    "ACCESSORIES",
    "CharacterPalette",
    "Clothes",
    "Features",
    "Hair",
    "Identity",
    "Proportions",
    "Ranged",
    "choices_of",
    "range_of",
]


@dataclass(frozen=True)
class Ranged:
    """What a value may be: from `low` to `high`, or one of `choices`."""

    low: float = 0.0
    high: float = 1.0
    choices: tuple[str, ...] = ()


def _number(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"is": Ranged(low, high)})


def _word(default: str, *choices: str) -> Any:
    return field(default=default, metadata={"is": Ranged(choices=choices)})


@dataclass(frozen=True, kw_only=True)
class Proportions:
    """Of head and body.

    head_width      half the width at the temples
    cheeks          width at the cheeks, a share of that
    jaw             width at the corners of the jaw, a share of the head's
    chin            width of the chin, likewise
    chin_length     how far below the usual place the chin lies
    forehead        height of the skull above the brows, a share of the usual
    eye_height      of the eyes below the middle of the head; children have them low
    eye_spacing     from the middle of the face to that of an eye
    eye_width       half the width of an eye
    eye_openness    half its height
    eye_tilt        -1 outer corners down .. 1 up
    iris            width of the iris, a share of the eye's
    brow_thickness  of the brows
    brow_height     from the eye to the brow
    brow_arch       0 straight .. 1 arched
    nose_length     from the eyes to the tip
    nose_width      half its width
    mouth_height    from the tip of the nose to the mouth
    mouth_width     half its width at rest
    lips            how full they are
    ear             size of the ears, a share of the usual
    neck_width      half its width
    neck_length     of what is seen of it
    shoulders       half the width of the shoulders
    bulk            of the body, a share of the usual
    """

    head_width: float = _number(0.8, 0.55, 1.15)
    cheeks: float = _number(0.98, 0.8, 1.2)
    jaw: float = _number(0.8, 0.5, 1.15)
    chin: float = _number(0.3, 0.1, 0.8)
    chin_length: float = _number(0.0, -0.15, 0.25)
    forehead: float = _number(1.0, 0.8, 1.2)
    eye_height: float = _number(0.14, -0.15, 0.3)
    eye_spacing: float = _number(0.38, 0.24, 0.55)
    eye_width: float = _number(0.22, 0.1, 0.36)
    eye_openness: float = _number(0.2, 0.06, 0.34)
    eye_tilt: float = _number(0.1, -1.0, 1.0)
    iris: float = _number(0.62, 0.3, 1.0)
    brow_thickness: float = _number(0.06, 0.02, 0.16)
    brow_height: float = _number(0.3, 0.15, 0.5)
    brow_arch: float = _number(0.5, 0.0, 1.0)
    nose_length: float = _number(0.32, 0.15, 0.6)
    nose_width: float = _number(0.1, 0.04, 0.3)
    mouth_height: float = _number(0.21, 0.1, 0.45)
    mouth_width: float = _number(0.24, 0.12, 0.5)
    lips: float = _number(0.3, 0.0, 1.0)
    ear: float = _number(1.0, 0.4, 2.2)
    neck_width: float = _number(0.3, 0.18, 0.75)
    neck_length: float = _number(0.32, 0.05, 0.7)
    shoulders: float = _number(1.2, 0.8, 2.2)
    bulk: float = _number(1.0, 0.6, 1.7)


@dataclass(frozen=True, kw_only=True)
class CharacterPalette:
    """Colours as "#rrggbb", those in full light; shades, light and ink follow from them.

    skin, hair, iris, brows, lips  of the head
    blush                          of the cheeks
    cloth, second, trim            of the clothes: the garment, what is under or over it, its edges
    accent                         of ribbons, gems and buttons
    """

    skin: str = "#f6cfae"
    hair: str = "#5b3a29"
    iris: str = "#4c7a4f"
    brows: str = "#4a2f22"
    lips: str = "#c9705f"
    blush: str = "#e8795f"
    cloth: str = "#8c3f3b"
    second: str = "#efe4cf"
    trim: str = "#c9a25a"
    accent: str = "#d98c2b"


@dataclass(frozen=True, kw_only=True)
class Hair:
    """Of the head.

    style    how the mass of it is worn
    fringe   what falls over the forehead
    length   0 to 1: how long, of styles that can be
    volume   0 flat .. 1 full
    wave     0 straight .. 1 wavy
    parting  -1 at the left .. 1 at the right
    streak   0 to 1: how much of it is grey or dyed in the trim's colour
    """

    style: str = _word(
        "long", "long", "bob", "ponytail", "pigtails", "braid", "short", "spiky", "curly", "bun",
        "mohawk", "fur", "none",
    )  # fmt: skip
    fringe: str = _word("swept", "swept", "straight", "parted", "curtain", "tuft", "none")
    length: float = _number(0.5, 0.0, 1.0)
    volume: float = _number(0.5, 0.0, 1.0)
    wave: float = _number(0.3, 0.0, 1.0)
    parting: float = _number(-0.35, -1.0, 1.0)
    streak: float = _number(0.0, 0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Clothes:
    """Of the upper body.

    garment  what is worn
    collar   how it ends at the neck
    pattern  of its cloth
    """

    garment: str = _word(
        "jacket", "jacket", "tunic", "robe", "sweater", "cardigan", "hoodie", "fur"
    )
    collar: str = _word("shirt", "shirt", "round", "vee", "high", "hood", "ruff", "none")
    pattern: str = _word("plain", "plain", "stripes", "checks", "dots", "yoke")


@dataclass(frozen=True, kw_only=True)
class Features:
    """Of the face.

    ears       their shape
    nose       its shape
    pupils     their shape
    horns      what grows on the head
    lashes     0 to 1
    wrinkles   0 young .. 1 very old
    freckles   0 to 1
    stubble    0 to 1
    beard      what grows at the chin
    fangs      0 to 1
    muzzle     0 to 1: how pale the lower face is, as of an animal
    markings   what is drawn on the skin
    """

    ears: str = _word("round", "round", "pointed", "cat", "bear", "long", "fin")
    nose: str = _word("button", "button", "straight", "hooked", "broad", "animal", "none")
    pupils: str = _word("round", "round", "slit")
    horns: str = _word("none", "none", "nubs", "curved", "antlers")
    lashes: float = _number(0.4, 0.0, 1.0)
    wrinkles: float = _number(0.0, 0.0, 1.0)
    freckles: float = _number(0.0, 0.0, 1.0)
    stubble: float = _number(0.0, 0.0, 1.0)
    beard: str = _word("none", "none", "goatee", "full", "moustache")
    fangs: float = _number(0.0, 0.0, 1.0)
    muzzle: float = _number(0.0, 0.0, 1.0)
    markings: str = _word("none", "none", "stripes", "spots", "paint")


ACCESSORIES = (
    "glasses",
    "hat",
    "witch-hat",
    "cap",
    "scarf",
    "shawl",
    "earrings",
    "bow",
    "flower",
    "headband",
    "necklace",
    "goggles",
    "eyepatch",
)
"""What may be worn beside clothes."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A character.

    name         of the file and of what is drawn
    title        as one says it: "an old woman"
    accessories  names of `ACCESSORIES`

    Raises InputError for a value out of range, an unknown word, a colour that is none.
    """

    name: str = "girl"
    title: str = ""
    proportions: Proportions = field(default_factory=Proportions)
    palette: CharacterPalette = field(default_factory=CharacterPalette)
    hair: Hair = field(default_factory=Hair)
    clothes: Clothes = field(default_factory=Clothes)
    features: Features = field(default_factory=Features)
    accessories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for table in TABLES:
            part = getattr(self, table)
            for one in fields(part):
                reason = what_is_wrong(part, one.name, getattr(part, one.name))
                if reason:
                    raise InputError(f"{table}.{one.name} {reason}")
        for number, name in enumerate(self.accessories, 1):
            reason = what_is_wrong_of_accessory(name)
            if reason:
                raise InputError(f"accessory {number} {reason}")


TABLES: dict[str, type[Any]] = {
    "proportions": Proportions,
    "palette": CharacterPalette,
    "hair": Hair,
    "clothes": Clothes,
    "features": Features,
}
"""Tables of an identity, and what each is read into."""


def range_of(part: Any, name: str) -> Ranged:
    """What a number of a part may be: low and high."""
    (one,) = (one for one in fields(part) if one.name == name)
    is_what: Ranged = one.metadata["is"]
    return is_what


def choices_of(part: Any, name: str) -> tuple[str, ...]:
    """The words that a field of a part takes."""
    return range_of(part, name).choices


def what_is_wrong(part: Any, name: str, value: Any) -> str:
    """Why a value does not fit its field, "" where it does: "is 9, expected 0.55 to 1.15"."""
    if part is CharacterPalette or isinstance(part, CharacterPalette):
        return "" if _is_colour(value) else f"is {value!r}, expected a colour such as '#a0522d'"
    wanted = range_of(part, name)
    if wanted.choices:
        if value in wanted.choices:
            return ""
        hint = did_you_mean(near_names(str(value), wanted.choices))
        return f"is {value!r}, {hint or 'expected one of ' + ', '.join(wanted.choices)}"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and wanted.low <= value <= wanted.high:
        return ""
    return f"is {value!r}, expected {wanted.low:g} to {wanted.high:g}"


def what_is_wrong_of_accessory(name: Any) -> str:
    """Why a name is no accessory, "" where it is one."""
    if name in ACCESSORIES:
        return ""
    hint = did_you_mean(near_names(str(name), ACCESSORIES))
    return f"is {name!r}, {hint or 'expected one of ' + ', '.join(ACCESSORIES)}"


def _is_colour(value: Any) -> bool:
    if not (isinstance(value, str) and len(value) == 7 and value[0] == "#"):
        return False
    return all(digit in "0123456789abcdefABCDEF" for digit in value[1:])
