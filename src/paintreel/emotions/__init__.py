"""Emotions heard in voices and seen in faces, of anything that holds one.

findings.py  what is found, as plain data
judging.py   how it is looked for
finding.py   voice and picture side by side
"""
