"""A face as a drawn character, by rule.

painting.py  `paint_portrait`: the whole of it
settings.py  `PortraitSettings`: how strongly
skin.py      where skin is; its flat tones, its folds
eyes.py, mouth.py, nose.py, lines.py  the parts
strokes.py   the shapes and lines that it is drawn with
"""
