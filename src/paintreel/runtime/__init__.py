"""Trained models: what they promise, where they lie, and how they are run, without torch.

contract.py        what a program must know of a model; travels inside its file
card.py            what a person must know of it; lies beside it, with its hash
onnx_metadata.py   reads the contract out of an ONNX file without a runtime
catalog.py         models by name or path
model.py           `Model`, one model file loaded into a runtime
tiling.py          the tile option of the verbs, held against a contract
backends/          the runtimes, one file each
detector.py        YOLO networks of the user's
"""
