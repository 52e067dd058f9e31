"""What things are made of: the pigments of stone, wood, glass and cloth, and the lamps within.

Buildings, towers and furniture are all drawn from `Materials`; `masonry`, `glazing` and
`furnishing` differ only in which pigment stands for which part and in how many lamps burn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from paintreel.drawing.palette import Paints, Tones
from paintreel.worlds.composition import Composition

__all__ = ["Materials", "furnishing", "glazing", "masonry"]


@dataclass(frozen=True)
class Materials:
    """The tones of a thing's parts at one depth.

    paints    of the picture
    depth     that the tones are seen at, 0 (near) to 1
    lit       share of the windows and lamps that burn, 0..1
    usual     that share at the seed's own hour, which what is left to chance goes by
    pigments  {part: pigment} for parts painted with another pigment than that of their name
    """

    paints: Paints
    depth: float
    lit: float
    usual: float
    pigments: Mapping[str, str] = field(default_factory=dict)

    def _tones(self, part: str) -> Tones:
        return self.paints.tones(self.pigments.get(part, part), self.depth)

    @property
    def stone(self) -> Tones:
        """Walls: stone or plaster."""
        return self._tones("stone")

    @property
    def roof(self) -> Tones:
        """Tiles and spires."""
        return self._tones("roof")

    @property
    def wood(self) -> Tones:
        """Timber, boards and legs."""
        return self._tones("wood")

    @property
    def cloth(self) -> Tones:
        """Covers, cushions and banners."""
        return self._tones("cloth")

    @property
    def pale(self) -> Tones:
        """Linen, paper and wax."""
        return self._tones("pale")

    @property
    def gold(self) -> Tones:
        """Metal fittings."""
        return self._tones("gold")

    @property
    def leaf(self) -> Tones:
        """Bindings, boxes and whatever else is green."""
        return self._tones("leaf")

    @property
    def glass(self) -> Tones:
        """The body of a tower of glass."""
        return self._tones("glass")

    @property
    def trim(self) -> Tones:
        """Ledges and frames of a tower."""
        return self._tones("trim")

    @property
    def lamp(self) -> Tones:
        """Light of lamps, at every depth and hour."""
        return self.paints.glowing("lamp")

    @property
    def neon(self) -> Tones:
        """Light of signs, at every depth and hour."""
        return self.paints.glowing("neon")

    @property
    def fire(self) -> Tones:
        """Flames, at every depth and hour."""
        return self.paints.glowing("fire")


def masonry(
    scene: Composition, depth: float, stone: str = "stone", roof: str = "roof"
) -> Materials:
    """A building of the pigments `stone` and `roof`; its windows are lit by the hour."""
    lit, usual = _lamps(scene, {"night": 0.85, "dusk": 0.6, "dawn": 0.25, "day": 0.0})
    return Materials(scene.paints, depth, lit, usual, {"stone": stone, "roof": roof})


def glazing(scene: Composition, depth: float, body: str = "glass") -> Materials:
    """A tower with a `body` of that pigment; more of its windows glow the later it is."""
    lit, usual = _lamps(scene, {"night": 0.62, "dusk": 0.45, "dawn": 0.2, "day": 0.03})
    far = 1.0 - 0.6 * depth
    return Materials(scene.paints, depth, lit * far, usual * far, {"glass": body})


def furnishing(scene: Composition) -> Materials:
    """What stands in a room; its lamps burn at every hour but by day, and on a dark day."""
    lit, usual = _lamps(scene, {"night": 1.0, "dusk": 1.0, "dawn": 1.0, "day": 0.0})
    return Materials(scene.paints, 0.08, lit, usual)


def _lamps(scene: Composition, shares: Mapping[str, float]) -> tuple[float, float]:
    """Share of the lamps that burn now, and at the seed's own hour."""
    lit = max(shares[scene.paints.mood.hour], scene.weather.lamps)
    return lit, shares[scene.usual_hour]
