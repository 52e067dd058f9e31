"""The words that a scene can be asked for in, and what each says of world, hour and weather.

One row a meaning. Plurals and the possessive are understood without being listed; where British
and American spelling differ, both are. A row with more than one word in it is looked for before
those words alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FILLERS", "PARTS", "TRAITS", "VOCABULARY", "Meaning", "Trait"]

Strength = Literal["name", "near", "hint", "over"]


@dataclass(frozen=True)
class Meaning:
    """What some words say; "" where they say nothing.

    words     separated by commas
    category  a world
    strength  of the category: "name" it is called so, "near" there is no such world and this is
              the nearest, "hint" only where no other is named, "over" whatever else is named
    time, season, weather  as in `Conditions`
    soft      the time and the season hold only where no other word says another
    """

    words: str
    category: str = ""
    strength: Strength = "name"
    time: str = ""
    season: str = ""
    weather: str = ""
    soft: bool = False


@dataclass(frozen=True)
class Trait:
    """Words that turn a world into another: an enchanted forest is another than a forest.

    words    separated by commas
    turns    {world: the world it becomes}
    alone    the world where none is named, "" for none
    """

    words: str
    turns: dict[str, str]
    alone: str = ""


VOCABULARY = (
    # Worlds, by what they are called.
    Meaning(
        "castle, fortress, citadel, palace, chateau, château, stronghold, keep",
        "medieval castle",
    ),
    Meaning("forest, wood, woods, woodland, grove, thicket, glade, clearing", "forest"),
    Meaning("tree", "forest", "hint"),
    Meaning("fairy grove, mushroom grove, fairyland, wonderland", "fantasy forest"),
    Meaning(
        "skyscraper, skyline, metropolis, megacity, megalopolis, downtown, city street",
        "future city",
    ),
    Meaning("village, hamlet, town, small town, old town", "settlement"),
    Meaning(
        "underwater, undersea, under the sea, under water, under the water, seabed, sea bed, "
        "sea floor, ocean floor, seafloor, reef, coral reef, coral, kelp forest, deep sea, "
        "bottom of the sea, bottom of the ocean, sunken, shipwreck, wreck",
        "underwater world",
        "over",
    ),
    Meaning(
        "space, outer space, deep space, universe, cosmos, galaxy, planet, nebula, asteroid, "
        "comet, space station, rocket, spaceship, alien planet, alien world, orbit",
        "starry universe",
    ),
    Meaning(
        "inside, indoors, indoor, interior",
        "interior",
        "over",
    ),
    Meaning("room, chamber", "interior"),
    Meaning("waterside", "water"),
    Meaning("milky way", "night sky"),
    Meaning("meadow, field, grassland, countryside, farmland, pasture", "open land"),
    # Worlds that there are none of, and the nearest.
    Meaning(
        "moor, moorland, heath, plain, hill, windmill, mill, mesa, desert, dune, savanna, "
        "savannah, prairie, steppe, tundra, canyon, valley, mountain, peak, alps, "
        "volcano, glacier, garden, park, vineyard, landscape, wilderness, graveyard, "
        "cemetery, battlefield, outdoors, nature",
        "open land",
        "near",
    ),
    Meaning(
        "lake, lakeside, bay, sea cliff, lighthouse, seaside, ocean, sea, beach, coast, "
        "coastline, shore, seashore, river, riverside, stream, brook, creek, pond, "
        "waterfall, island, harbour, harbor, port, swamp, marsh, lagoon, fjord, cliff",
        "water",
        "near",
    ),
    Meaning("boat, ship, sail, jetty, pier", "water", "hint"),
    Meaning("road, highway, path", "open land", "hint"),
    Meaning("jungle, rainforest, rain forest, orchard, bamboo", "forest", "near"),
    Meaning("city, cityscape, suburb, factory, spaceport", "future city", "near"),
    Meaning(
        "house, cottage, street, alley, lane, marketplace, market, square, farm, farmhouse, "
        "church, cabin, hut, barn, monastery",
        "settlement",
        "near",
    ),
    Meaning("tower, ruin, temple, kingdom", "medieval castle", "near"),
    Meaning("wall, gate", "medieval castle", "hint"),
    Meaning(
        "bedroom, study, library, tavern, inn, great hall, hall, throne room, fireplace, hearth, "
        "cave, cavern, grotto, dungeon, mine, tunnel, cellar, kitchen, living room, office, "
        "classroom, school, shop, café, cafe, restaurant, laboratory, attic, corridor",
        "interior",
        "near",
    ),
    Meaning("moon surface, lunar surface, on the moon, mars, on mars", "starry universe", "near"),
    Meaning("shooting star, meteor, heaven", "night sky", "near"),
    # Hours.
    Meaning("dawn, daybreak, sunrise, morning, early morning, first light", time="dawn"),
    Meaning("daytime, daylight, noon, midday, afternoon, by day, at day", time="day"),
    Meaning("day", time="day", soft=True),
    Meaning(
        "dusk, sunset, sundown, evening, twilight, golden hour, blue hour, gloaming, nightfall",
        time="dusk",
    ),
    Meaning("night, nighttime, night time, midnight, nocturnal, by night, at night", time="night"),
    Meaning("dark, darkness", time="night", soft=True),
    Meaning(
        "starry sky, star, starlight, starlit, starry", "night sky", "hint", "night", soft=True
    ),
    Meaning("starry night", "night sky", "hint", "night", weather="clear"),
    Meaning("moon, full moon, moonlight, moonlit", "night sky", "hint", "night", soft=True),
    Meaning("sky", "night sky", "hint"),
    # Seasons.
    Meaning("spring, springtime, spring time, vernal, cherry blossom, blossom", season="spring"),
    Meaning("summer, summertime, summer time, midsummer, summery", season="summer"),
    Meaning(
        "autumn, autumnal, fall, autumn leaf, fall leaf, golden leaf, falling leaf, fallen leaf, "
        "harvest, october, november",
        season="autumn",
    ),
    Meaning(
        "winter, wintertime, winter time, wintry, wintery, midwinter, christmas, frost, frosty, "
        "frozen, ice, icy, snow covered, snowbound, snow lies, january, december, february",
        season="winter",
    ),
    Meaning("april, may, march", season="spring", soft=True),
    Meaning("june, july, august", season="summer", soft=True),
    # Weathers.
    Meaning("clear, clear sky, blue sky, cloudless, fair weather", weather="clear"),
    Meaning("sunny, sunshine, sunlit, sunlight, sun", time="day", weather="clear", soft=True),
    Meaning(
        "cloud, cloudy, clouded, overcast, grey sky, gray sky, grey, gray, gloomy",
        weather="cloudy",
    ),
    Meaning(
        "rain, rainy, raining, rainfall, rainstorm, drizzle, drizzling, drizzly, shower, downpour, "
        "wet",
        weather="rain",
    ),
    Meaning(
        "snow, snowy, snowing, snowfall, snowflake, snowstorm, snow storm, blizzard",
        weather="snow",
    ),
    Meaning("fog, foggy, mist, misty, haze, hazy", weather="fog"),
    Meaning(
        "storm, stormy, thunder, thunderstorm, thundery, lightning, tempest, gale",
        weather="storm",
    ),
)

TRAITS = (
    Trait(
        "fantasy, enchanted, magic, magical, fairy, fairytale, fairy tale, mystical, "
        "elven, elvish, mushroom, bewitched",
        {"forest": "fantasy forest"},
        "fantasy forest",
    ),
    Trait(
        "future, futuristic, sci fi, scifi, science fiction, cyberpunk, cyber, neon",
        {"settlement": "future city", "future city": "future city"},
        "future city",
    ),
    Trait(
        "medieval, mediaeval",
        {
            "future city": "settlement",
            "settlement": "settlement",
            "medieval castle": "medieval castle",
        },
        "medieval castle",
    ),
    Trait("old, ancient", {"future city": "settlement"}),
)

PARTS = {
    "medieval castle": "tower",
    "settlement": "house, cottage, street, alley, lane",
    "open land": "hill, mountain, landscape, outdoors, nature",
    "water": "lake, sea, shore, coast",
}
"""World -> of the words that it is the nearest to, what is drawn in it: a village has houses."""

_SAY_NOTHING = (
    "a above an and any around at background backdrop before behind below beneath beside "
    "between but by during falling falls for from full image in into is it its light lit me my "
    "near next of on one our over paint painted painting picture place please scene scenery "
    "season some that the there this time to under up view weather when where while with world"
)
FILLERS = frozenset(_SAY_NOTHING.split())
"""Words that say nothing, and are not told of."""
