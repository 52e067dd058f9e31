"""Characters in two dimensions: who they are, how they look at a moment, how they move.

identity.py        who a character is: proportions, palette, hair, clothes, features
identity_files.py  identities by name and from TOML files, with errors that name the line
seeded.py          a plausible identity from any seed
pose.py            one moment: action units, head, gaze, lids, mouth, hands, breath
expressions.py     the pose of an emotion at an intensity
mouths.py          the nine mouth shapes of speech, and how they mix with an expression
figure.py          the drawing of an identity in a pose, as a picture or in layers
motion.py          springs, easing, holds, blinks, breath, on twos
parts/             how each part is drawn
"""

from __future__ import annotations
