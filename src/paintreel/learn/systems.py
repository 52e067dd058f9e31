"""Everything that can be trained, in one table; importing it needs no torch.

A row names the parts of a system as "module:name" below `paintreel.learn`; they are loaded when
they are asked for. The train command, its help, the exports, the recipes' tests and the
benchmarks read this table, and nothing else lists systems.

A new stylizer is a model file, a trainer file and a row; a new scene network a model file, whose
NETWORK says what it is, and a row made by `_scene_network`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from paintreel.learn.models.scene_network import SceneNetwork

FOLDERS = ("photos", "styles", "roughs", "faces", "speech")
"""Folders that a system may take beside that of the art."""

Need = Literal["needed", "examples", "optional"]
"""Whether a folder must be given; "examples": without one those of the checkout are taken."""


@dataclass(frozen=True)
class System:
    """A system that can be trained.

    name      what the user types
    settings  a frozen dataclass of settings with defaults, and a `seed`
    trainer   (run, folders) to what was learnt, or None on followers of torchrun; see
              `trainers.training_run`
    export    (what was learnt, path, facts) writes the model file and its card
    file      name of the model file in the folder of the run
    try_it    a command that uses the weights, with {path}
    takes     {folder: whether it is needed}, of FOLDERS
    side_px   to which pictures are shrunk, unless the setting `max_side_px` says another
    crop_px   side of the crops of them that are learnt from, unless the setting of that name says
              another; None where crops have many sizes
    enough    {"art" or a folder: pictures that were measured to do}
    reports   whether it is trained in steps, which leave a report and events for TensorBoard
    network   what a scene network is, for the one trainer of all; None for other systems
    from_art  whether it learns from a folder of art
    packs     whether --art may also be a pack of pairs (`data.line_pairs`), which holds archives
    of_keys   whether --art holds key frames and their paintings, which its trainer checks itself
    """

    name: str
    settings: str
    trainer: str
    export: str
    file: str
    try_it: str
    takes: Mapping[str, Need] = field(default_factory=dict)
    side_px: int = 1280
    crop_px: int | None = None
    enough: Mapping[str, int] = field(default_factory=dict)
    reports: bool = True
    network: str | None = None
    packs: bool = False
    of_keys: bool = False
    from_art: bool = True

    def load_settings(self) -> Any:
        """The settings with their defaults."""
        return _load(self.settings)()

    def load_trainer(self) -> Callable[..., Any]:
        trainer: Callable[..., Any] = _load(self.trainer)
        return trainer

    def load_export(self) -> Callable[..., None]:
        export: Callable[..., None] = _load(self.export)
        return export

    def load_network(self) -> SceneNetwork:
        """What this scene network is. Only for systems with a `network`."""
        assert self.network is not None, f"{self.name} is no scene network"
        network: SceneNetwork = _load(self.network)
        return network


def _load(place: str) -> Any:
    module, _colon, name = place.partition(":")
    return getattr(import_module(f"paintreel.learn.{module}"), name)


_PAINT = "paintreel scene --rough rough.png -o scene.png --method {path}"


def _scene_network(name: str, network: str) -> System:
    """A network that `trainers.scene` trains; `network` is its model file's NETWORK."""
    return System(
        name,
        settings="trainers.scene:SceneSettings",
        trainer="trainers.scene:train_scene",
        export="trainers.scene:export_trained",
        file="scene.onnx",
        try_it=_PAINT,
        takes={"roughs": "optional"},
        network=network,
    )


def _drawing_network(name: str, settings: str, try_it: str) -> System:
    """A network that `trainers.line_runs` trains on pairs of lines and pictures."""
    return System(
        name,
        settings=f"trainers.line_settings:{settings}",
        trainer="trainers.line_runs:train_drawings",
        export="trainers.line_runs:export_trained",
        file=f"{name}.onnx",
        try_it=try_it,
        side_px=768,
        enough={"art": 60},
        packs=True,
    )


def _stylizer_peer(name: str, settings: str, module: str, train: str) -> System:
    """A stylizer that FSGAN is compared with; it learns from what FSGAN learns from."""
    return System(
        name,
        settings=f"trainers.{module}:{settings}",
        trainer=f"trainers.{module}:{train}",
        export="trainers.stylizer:export_stylizer",
        file="style.onnx",
        try_it="paintreel stylize photo.jpg -o painted.png --style {path}",
        takes={"photos": "examples"},
        side_px=640,
        crop_px=160,
        enough={"art": 30, "photos": 60},
    )


_ROWS = (
    System(
        "fsgan",
        settings="trainers.fsgan:FSGANSettings",
        trainer="trainers.fsgan:train_fsgan",
        export="trainers.stylizer:export_stylizer",
        file="style.onnx",
        try_it="paintreel stylize photo.jpg -o painted.png --style {path}",
        takes={"photos": "examples"},
        side_px=640,
        crop_px=160,
        enough={"art": 30, "photos": 60},
    ),
    System(
        "afgan",
        settings="trainers.afgan:AFGANSettings",
        trainer="trainers.afgan:train_afgan",
        export="trainers.afgan:export_trained",
        file="model.onnx",
        try_it="paintreel stylize portrait.jpg -o drawn.png --style {path}",
        takes={"photos": "needed", "faces": "optional"},
        side_px=800,
        enough={"art": 30, "photos": 100},
    ),
    _stylizer_peer("ugatit", "UGATITSettings", "ugatit", "train_ugatit"),
    _stylizer_peer("animegan2", "AnimeSettings", "animegan", "train_animegan"),
    _stylizer_peer("animegan3", "Anime3Settings", "animegan3", "train_animegan3"),
    _stylizer_peer("whitebox", "WhiteBoxSettings", "whitebox", "train_whitebox"),
    _scene_network("mffcn", "models.mffcn:NETWORK"),
    _scene_network("cdlm", "models.cdlm:NETWORK"),
    _scene_network("osdlm", "models.osdlm:NETWORK"),
    _scene_network("pix2pixhd", "models.pix2pixhd:NETWORK"),
    System(
        "painter",
        settings="trainers.painter:PainterSettings",
        trainer="trainers.painter:train_painter",
        export="trainers.painter:export_trained",
        file="scene.onnx",
        try_it=_PAINT,
        takes={"roughs": "optional"},
    ),
    System(
        "svmm",
        settings="trainers.svmm:SVMMSettings",
        trainer="trainers.svmm:train_svmm",
        export="trainers.svmm:export_trained",
        file="model.npz",
        try_it=_PAINT,
        takes={"roughs": "optional"},
        reports=False,
    ),
    System(
        "extractor",
        settings="trainers.extractor:ExtractorSettings",
        trainer="trainers.extractor:train_extractor",
        export="trainers.extractor:export_trained",
        file="extractor.onnx",
        try_it="paintreel score painted/ --reference photos/ --extractor {path}",
        takes={"photos": "needed", "styles": "needed"},
        side_px=640,
        crop_px=144,
    ),
    _drawing_network(
        "lineart", "LineartSettings", "paintreel lineart photo.jpg -o lines.png --method {path}"
    ),
    _drawing_network(
        "colorize",
        "ColorizeSettings",
        "paintreel colorize lines.png -o coloured.png --method {path}",
    ),
    System(
        "classifiers",
        settings="trainers.classifier_settings:ClassifierSettings",
        trainer="trainers.classifiers:train_classifiers",
        export="trainers.classifiers:export_trained",
        file="model.onnx",
        try_it="paintreel classify photo.jpg --task medium --model {path}",
        takes={"photos": "needed", "styles": "needed"},
        reports=False,
    ),
    System(
        "colour-script",
        settings="trainers.colour_script:ColourScriptSettings",
        trainer="trainers.colour_script:train_colour_script",
        export="trainers.colour_script:export_trained",
        file="model.npz",
        try_it="paintreel grade photo.jpg --emotion fear -o graded.png --script {path}",
        reports=False,
    ),
    System(
        "emotion",
        settings="trainers.emotion_settings:EmotionSettings",
        trainer="trainers.emotion:train_emotion",
        export="trainers.emotion:export_trained",
        file="model.onnx",
        try_it="paintreel emotion clip.mp4 --model {path}",
        takes={"faces": "needed", "speech": "needed"},
        reports=False,
        from_art=False,
    ),
    System(
        "fuse",
        settings="trainers.fusion:FusionSettings",
        trainer="trainers.fusion:train_fusion",
        export="trainers.fusion:export_trained",
        file="model.onnx",
        try_it="paintreel fuse painting.png clip.mp4 -o painted.mp4 --model {path}",
        takes={"photos": "needed"},
        side_px=480,
        crop_px=144,
        enough={"photos": 60},
        from_art=False,
    ),
    System(
        "fuse-shot",
        settings="trainers.fusion_shot:ShotSettings",
        trainer="trainers.fusion_shot:train_shot",
        export="trainers.fusion:export_trained",
        file="model.onnx",
        try_it="paintreel fuse painting.png clip.mp4 -o painted.mp4 --no-adapt --model {path}",
        of_keys=True,
    ),
)

SYSTEMS = {system.name: system for system in _ROWS}
"""Every system by its name, in the order of the help."""

SCENE_NETWORKS = {name: system for name, system in SYSTEMS.items() if system.network}
"""Those that `trainers.scene.SceneTrainer` trains."""
