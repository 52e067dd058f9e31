"""The figures that Liu and Zhao 2025 publish, and where they contradict each other."""

from __future__ import annotations

from dataclasses import dataclass

SCENES = (
    ("fantasy forest", "forest"),
    ("future city", "settlement"),
    ("medieval castle", "settlement"),
    ("underwater world", "water"),
    ("starry universe", "night_sky"),
)
"""Columns of the paper's tables, and the category of our panels that stands for each."""


@dataclass(frozen=True)
class PaperTable:
    """One of the paper's tables.

    measure  ours that stands beside it
    scale    by which the paper's values are divided to lie in 0 to 1, as ours do
    cells    {system: values in the order of SCENES}
    """

    number: int
    title: str
    measure: str
    scale: float
    cells: dict[str, tuple[float, ...]]

    def mean(self, system: str) -> float | None:
        """Mean of the paper's cells, in 0 to 1; its own column of means has its rows upside down
        below the first (0.66 beside cells of 0.34 to 0.38), and is not used."""
        cells = self.cells.get(system)
        return None if cells is None else sum(cells) / len(cells) / self.scale

    @property
    def lead(self) -> float:
        """Of MFFCN over the best of the others, in 0 to 1."""
        others = [sum(cells) for system, cells in self.cells.items() if system != "mffcn"]
        return (sum(self.cells["mffcn"]) - max(others)) / len(SCENES) / self.scale


TABLES = (
    PaperTable(
        2,
        "Scene coherence",
        "scene_coherence",
        1.0,
        {
            "mffcn": (0.82, 0.80, 0.81, 0.79, 0.78),
            "grbm": (0.38, 0.36, 0.37, 0.35, 0.34),
            "svmm": (0.45, 0.43, 0.44, 0.42, 0.41),
            "cdlm": (0.68, 0.66, 0.67, 0.65, 0.64),
            "osdlm": (0.62, 0.60, 0.61, 0.59, 0.58),
        },
    ),
    PaperTable(
        3,
        "Rationality of the distribution of elements",
        "element_distribution",
        10.0,
        {
            "mffcn": (8.1, 7.9, 8.0, 7.8, 7.7),
            "grbm": (3.0, 2.8, 2.9, 2.7, 2.6),
            "svmm": (4.2, 4.0, 4.1, 3.9, 3.8),
            "cdlm": (6.5, 6.3, 6.4, 6.2, 6.1),
            "osdlm": (5.8, 5.6, 5.7, 5.5, 5.4),
        },
    ),
    PaperTable(
        4,
        "Colour coordination",
        "colour_coordination",
        1.0,
        {
            "mffcn": (0.85, 0.83, 0.84, 0.82, 0.81),
            "grbm": (0.40, 0.38, 0.39, 0.37, 0.36),
            "svmm": (0.50, 0.48, 0.49, 0.47, 0.46),
            "cdlm": (0.75, 0.73, 0.74, 0.72, 0.71),
            "osdlm": (0.68, 0.66, 0.67, 0.65, 0.64),
        },
    ),
    PaperTable(
        5,
        "Lighting effect",
        "lighting_effect",
        10.0,
        {
            "mffcn": (8.3, 8.1, 8.2, 8.0, 7.9),
            "grbm": (3.1, 2.9, 3.0, 2.8, 2.7),
            "svmm": (4.3, 4.1, 4.2, 4.0, 3.9),
            "cdlm": (6.6, 6.4, 6.5, 6.3, 6.2),
            "osdlm": (6.0, 5.8, 5.9, 5.7, 5.6),
        },
    ),
)


@dataclass(frozen=True)
class PaperFigure:
    """One of the paper's figures, whose bars are a picture without numbers.

    measure  ours that stands beside it
    paper    {condition: what the paper's text says of it}
    """

    number: int
    title: str
    measure: str
    paper: dict[str, str]
    note: str = ""


FIGURES = (
    PaperFigure(
        5,
        "Structural similarity (SSIM)",
        "ssim",
        {"mffcn": "0.87", "grbm": "0.30 to 0.40", "svmm": "about 0.45", "cdlm": "0.50 to 0.60"},
    ),
    PaperFigure(
        6,
        "Peak signal-to-noise ratio (PSNR, dB)",
        "psnr",
        {"mffcn": "34.5", "grbm": "below 18", "svmm": "20 to 23", "cdlm": "24 to 26"},
    ),
    PaperFigure(
        7,
        "Perceptual distance (lower is nearer)",
        "perceptual",
        {},
        "The paper takes a pre-trained VGG; where its weights are not given, ours is the extractor "
        "named at the head of the report, and its values compare with no other's.",
    ),
    PaperFigure(8, "Scene richness", "scene_richness", {}),
    PaperFigure(
        9,
        "Artistic style: distance from the paintings' spectrum (dB, lower is nearer)",
        "spectrum",
        {},
        "The paper's figure is the rating of three experts; where blind raters were asked, a "
        "section says what they said. The radial spectrum, how much detail there is of every size, "
        "sees brushwork alone.",
    ),
    PaperFigure(10, "Scene complexity", "scene_complexity", {}),
)


@dataclass(frozen=True)
class Kind:
    """A row of Table 1: what the paper has of a kind of method, and what stands for it here."""

    title: str
    ssim: str
    psnr: str
    condition: str


TABLE_1 = (
    Kind("geometric rules", "0.30 to 0.40", "below 18", "grbm"),
    Kind("support vector machine", "about 0.45", "20 to 23", "svmm"),
    Kind("early CNN", "0.50 to 0.60", "24 to 26", "cdlm"),
    Kind("CNN with attention", "about 0.65", "26 to 28", "attention"),
    Kind("GAN", "about 0.68", "28 to 30", "pix2pixhd"),
    Kind("MFFCN", "0.70 to 0.80", "33 to 35", "mffcn"),
)

CONTRADICTIONS = (
    "SSIM of MFFCN is 0.87 in the ablation, above 0.85 in the conclusion, and 0.70 to 0.80 in "
    "Table 1; of the scenes in which it is said to be weak it is 0.89 to 0.91, which is more.",
    "The lead over GRBM is about 15 dB, and 34.5 dB against less than 18 dB are more than 16.",
    "Batches are of 32 in Figure 3 and of 16 in section 4.1.",
    "The means of Tables 2 to 5 are upside down below the first row: GRBM has 0.66 beside cells of "
    "0.34 to 0.38.",
    "The text of spatial attention is CBAM's, a 7x7 convolution at the resolution of the first "
    "features; Eq. 4 to 6 pool height and width away.",
    "Four deconvolutions grow features to 256x256, and the convolutions before them keep the size "
    'of the picture by "same" padding: nothing has made the features small.',
    "MFFCN is tested against AttnGAN, StyleGAN and Pix2PixHD, of which no table has a figure; the "
    "Fréchet distance is said to be reported, and no value of it is.",
    "Each row of Tables 2 to 5 has a p of its own, MFFCN's too; a difference needs two rows.",
    "Scores of elements and light lie in 0 to 1 in the text and run to 10 in the tables.",
    "Fleiss' kappa, which is of categories, is given of the mean of ratings on ten points.",
)
