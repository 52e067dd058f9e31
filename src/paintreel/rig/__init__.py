"""Characters in two dimensions: who they are, how they look at a moment, how they move.

identity.py        who a character is: proportions, palette, hair, clothes, features
identity_files.py  identities by name and from TOML files, with errors that name the line
seeded.py          a plausible identity from any seed
pose.py            one moment: action units, head, gaze, lids, mouth, hands, breath
expressions.py     the pose of an emotion at an intensity
mouths.py          the nine mouth shapes of speech, and how they mix with an expression
figure.py          the drawing of an identity in a pose, as a picture or in layers
moving_holds.py    what keeps a body alive between its gestures
acting.py          what a character does while it speaks, planned
gestures.py        what it does to the rhythm of its voice, by emotion
performance.py     a performance frame by frame, as poses
framing.py         how much is seen, and where it stands in the picture
cast.py            what the parts of one drawing share
head_frame.py      where points of a head lie in the picture
body_frame.py      where points of the body lie in a pose
easel.py           sheets that take fills, shades and ink
curves.py          outlines: closed curves, tapering ink, mixtures
tones.py           colours in light, in shade and as ink
motion.py          springs, easing, holds, blinks, breath, on twos
parts/             how each part is drawn
"""

from __future__ import annotations
