"""Trained models: what they promise, where they lie, and how they are run, without torch.

contract.py        what a program must know of a model; travels inside its file
card.py            what a person must know of it; lies beside it, with its hash
schema.py          types and bounds of what both may say
model_bytes.py     a model file read once: what is checked is what is loaded
onnx_file.py       reads and checks an ONNX file without a runtime
devices.py         what a network may run on, by name; what is installed, what would bring others
on_device.py       the device that is asked for, or the processor where that fails
providers.py       sessions of ONNX Runtime on a device
device_facts.py    what there is here, tried out
system.py          the machine in words, for reports of faults
libraries.py       imports the inference libraries, so that nothing leaves the machine
catalog.py         models by name or path
model.py           `Model`, one model file loaded into a runtime
tiling.py          the tile option of the verbs, held against a contract
output_range.py    what a network of pictures may give back
backends/          the runtimes, one file each
credits.py         whom to name for the models that made a picture
licences.py        what the licence of weights lets a user do
classifiers.py     the bundled `mood`, `medium` and `scene`
findings.py        what classifiers say of a clip over its time
emotions.py        the names of emotions
emotion_models.py  emotions heard and seen, by the bundled network
emotion_features.py  what that network is shown of a voice and of a face
voice_statistics.py  what a window of a voice is like as a whole
emotion_timeline.py  emotions over time, as plain data
colour_script.py   the table that grades follow
afgan_names.py     the names of what the network of portraits gives
fusion_names.py    the names of what networks of `fuse` take
segmenter.py       networks of the user's that segment
rcnn.py            R-CNN networks of the user's
onnx_session.py    other networks on ONNX Runtime
detector.py        YOLO networks of the user's
extractor.py       networks that describe pictures by features
"""
