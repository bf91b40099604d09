"""Words of Western addresses: kinds of streets, points of the compass, states, units, ordinals."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_KINDS = """
st street str|ave avenue av aven|rd road|dr drive drv|ln lane|ct court crt|cir circle circ|
blvd boulevard blv boul|pl place|ter terrace terr|trl trail|pkwy parkway pky pkway|hwy highway hiway|sq square|
plz plaza|way|loop|aly alley ally|xing crossing|pike|tpke turnpike trnpk|cv cove|run|row|pt point|rdg ridge|pass|
path|walk|cmn common|cmns commons|gdn garden|gdns gardens|est estate|ests estates|trce trace|cres crescent|mews|
close|quay|grn green|yard|hl hill|hls hills|brg bridge|byp bypass|expy expressway|fwy freeway|rte route|
xover crossover|hts heights|lndg landing|mnr manor|grv grove|vw view
"""
_SIDES = """
n north|s south|e east|w west|ne northeast north-east|nw northwest north-west|se southeast south-east|
sw southwest south-west
"""
_STATES = """
al alabama|ak alaska|az arizona|ar arkansas|ca california|co colorado|ct connecticut|de delaware|
dc district of columbia|fl florida|ga georgia|hi hawaii|id idaho|il illinois|in indiana|ia iowa|ks kansas|
ky kentucky|la louisiana|me maine|md maryland|ma massachusetts|mi michigan|mn minnesota|ms mississippi|
mo missouri|mt montana|ne nebraska|nv nevada|nh new hampshire|nj new jersey|nm new mexico|ny new york|
nc north carolina|nd north dakota|oh ohio|ok oklahoma|or oregon|pa pennsylvania|ri rhode island|
sc south carolina|sd south dakota|tn tennessee|tx texas|ut utah|vt vermont|va virginia|wa washington|
wv west virginia|wi wisconsin|wy wyoming|pr puerto rico
"""


def _table(rows: str) -> Mapping[str, str]:
    """word -> the first word of its row."""
    split = [row.split() for row in rows.replace("\n", " ").split("|")]
    return MappingProxyType({word: row[0] for row in split for word in row})


def _long_forms(rows: str) -> Mapping[str, str]:
    """short word -> the second word of its row, which is the full one."""
    split = [row.split() for row in rows.replace("\n", " ").split("|")]
    return {word: row[1] for row in split if len(row) > 1 for word in row if len(word) < len(row[1])}


KINDS = _table(_KINDS)
"""Every way to write a kind of street -> its short form."""
SIDES = _table(_SIDES)
"""Points of the compass -> their short form."""
STATES: Mapping[str, str] = MappingProxyType(
    {
        name: row.split()[0]
        for row in _STATES.replace("\n", " ").split("|")
        for name in (row.split()[0], " ".join(row.split()[1:]))
    }
)
"""Codes and names of states -> code."""
ROUTES = frozenset({"highway", "hwy", "route", "rte", "rt", "us", "road", "rd", "state", "county", "interstate", "i"})
"""Words that a number follows as a name: Highway 98."""
INSIDE = MappingProxyType(
    {
        **_long_forms(_KINDS),
        **_long_forms(_SIDES),
        **{"mt": "mount", "ft": "fort", "co": "county", "rt": "route", "jr": "junior", "sr": "senior", "and": "&"},
    }
)
"""Words within a name that are written short as often as in full -> in full, for slips show in full words only."""
ORDINALS = MappingProxyType(
    {
        word: str(number)
        for number, word in enumerate(
            ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 1
        )
    }
)
UNITS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("apt", "apartment", "unit", "suite", "ste", "room", "rm", "lot", "trlr", "#"), "unit"),
        **dict.fromkeys(("bldg", "building", "block", "blk"), "building"),
        **dict.fromkeys(("floor", "level"), "floor"),
        **dict.fromkeys(("entrance", "stairway", "stair"), "entrance"),
        "phase": "phase",
    }
)
"""Words that a number or letter follows -> what it counts."""
BESIDE = (
    *("on the corner of", "at the corner of", "corner of", "in front of", "on the way to", "on the way", "next to"),
    *("close to", "north side of", "south side of", "east side of", "west side of", "north side", "south side"),
    *("east side", "west side", "east end of", "west end of", "across from", "opposite", "beside", "behind", "outside"),
    *("near", "by", "at", "in", "inside", "on", "off"),
)
"""How a place lies to what follows, longest first where one begins another."""
PLAIN = frozenset({"at", "in", "inside", "on", "on the corner of", "at the corner of", "corner of"})
"""Those that say no other place than the one named."""
