"""A face as a drawn character, by rule.

painting.py  `paint_portrait`: the whole of it
settings.py  `PortraitSettings`: how strongly
skin.py      where skin is; its flat tones, its folds
eyes.py      a drawn iris under a lid of ink
mouth.py     lips, the dark between them, teeth
nose.py      a few strokes and a plane of shade
lines.py     brows, jaw, the ink of hair and rims
strokes.py   the shapes and lines that it is drawn with
"""
