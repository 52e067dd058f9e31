"""The nine mouth shapes of speech, and the mouth that an expression and a shape make together.

The letters are those of Rhubarb Lip Sync, which go back to Hanna-Barbera's charts: A closed (m, b,
p), B teeth nearly together (k, s, t, ee), C open (eh, ae), D wide open (aa),
E slightly rounded (ao,
er), F puckered (oo, w), G the lower lip under the upper teeth (f, v), H the tongue at the upper
teeth (long l), X rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from paintreel.rig.pose import Pose

__all__ = ["MOUTH_SHAPES", "MouthForm", "mouth_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MouthForm:
    """What is drawn of a mouth; 0 to 1 where nothing else is said.

    open     of the gap between the lips, 1 as far as the jaw goes
    width    times the width at rest, 0.4 to 1.5
    corners  -1 down .. 1 up
    skew     -1 to 1: the right corner up, the left down
    round    0 a long slit .. 1 a ring
    upper    how far the upper lip bares its teeth
    teeth    how much of the upper teeth is seen in the gap
    lower    how much of the lower teeth
    tongue   how high the tongue lies; above 0.6 its tip is at the upper teeth
    out      the tongue hangs over the lower lip
    tuck     the lower lip under the upper teeth
    press    lips pressed together
    pout     the lower lip pushed up
    """

    open: float = 0.0
    width: float = 1.0
    corners: float = 0.0
    skew: float = 0.0
    round: float = 0.0
    upper: float = 0.0
    teeth: float = 0.0
    lower: float = 0.0
    tongue: float = 0.25
    out: float = 0.0
    tuck: float = 0.0
    press: float = 0.0
    pout: float = 0.0

    def mixed(self, other: MouthForm, share: float) -> MouthForm:
        """`share` of the way to another form."""
        return MouthForm(
            **{
                one.name: getattr(self, one.name)
                + share * (getattr(other, one.name) - getattr(self, one.name))
                for one in fields(MouthForm)
            }
        )


MOUTH_SHAPES: Mapping[str, MouthForm] = {
    "A": MouthForm(width=0.94, press=0.75),
    "B": MouthForm(open=0.2, width=1.06, teeth=1.0, lower=1.0, tongue=0.1),
    "C": MouthForm(open=0.5, width=1.02, teeth=0.5, tongue=0.35),
    "D": MouthForm(open=0.95, width=1.0, teeth=0.45, round=0.15, tongue=0.3),
    "E": MouthForm(open=0.48, width=0.74, round=0.6, teeth=0.2, tongue=0.25),
    "F": MouthForm(open=0.26, width=0.42, round=1.0, tongue=0.1),
    "G": MouthForm(open=0.16, width=0.94, teeth=1.0, tuck=1.0, tongue=0.0),
    "H": MouthForm(open=0.5, width=0.94, teeth=0.35, tongue=0.95),
    "X": MouthForm(),
}
"""Letter -> the shape as it stands on a mouth chart, of a face without expression."""


def mouth_of(pose: Pose) -> MouthForm:
    """The mouth of a pose: that of its expression, that of speech, or what is between them.

    While one speaks, an expression keeps its corners and width and lends a part of its teeth.
    """
    felt = _felt(pose)
    speaking = _share(pose.speaking)
    if speaking <= 0.0:
        return felt
    here = _opened(MOUTH_SHAPES[pose.mouth_shape], pose.mouth_openness)
    there = _opened(MOUTH_SHAPES[pose.mouth_next], pose.mouth_openness)
    said = here.mixed(there, _share(pose.mouth_mix))
    is_open = min(said.open / 0.3, 1.0)
    said = replace(
        said,
        width=said.width * (1.0 + 0.45 * (felt.width - 1.0)),
        corners=0.7 * felt.corners,
        skew=0.7 * felt.skew,
        upper=0.6 * felt.upper * is_open,
        pout=0.4 * felt.pout * (1.0 - is_open),
    )
    return felt.mixed(said, speaking)


def _opened(form: MouthForm, openness: float) -> MouthForm:
    """A shape that opens more or less than on the chart."""
    amount = min(max(openness, 0.0), 1.3)
    return replace(form, open=form.open * amount, lower=form.lower * min(1.0, amount + 0.3))


def _felt(pose: Pose) -> MouthForm:
    """The mouth of the action units."""
    smile, sad = _share(pose.lip_corner_pull), _share(pose.lip_corner_depress)
    stretch, pucker = _share(pose.lip_stretch), _share(pose.lip_pucker)
    jaw, sneer = _share(pose.jaw_drop), _share(pose.upper_lip_raise)
    press = _share(pose.lip_press)
    width = 1.0 + 0.32 * smile + 0.3 * stretch - 0.5 * pucker - 0.12 * sad - 0.12 * jaw
    grimace = min(sneer + stretch, 1.0)
    gap = jaw + 0.24 * sneer + 0.16 * stretch
    return MouthForm(
        open=gap * (1.0 - press),
        width=width,
        corners=smile - sad,
        skew=min(max(pose.mouth_skew, -1.0), 1.0),
        round=min(1.0, pucker + 0.75 * jaw * (1.0 - smile) * (1.0 - stretch)),
        upper=sneer,
        teeth=min(1.0, 0.9 * smile + grimace),
        lower=min(1.0, grimace * (1.0 - 0.8 * jaw)) * (1.0 - _share(pose.tongue_show)),
        tongue=0.25 + 0.2 * jaw,
        out=_share(pose.tongue_show),
        press=press,
        pout=_share(pose.chin_raise),
    )


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
