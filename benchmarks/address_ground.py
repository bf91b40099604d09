"""A made-up million of addresses, Chinese and Western, and what is asked of them; seeded, and nothing of it real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mapsvc.geocode.sounds import sound_alike
from mapsvc.model.address import KnownAddress


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    "Ald Bar Birch Brook Cal Carl Cedar Chest Clar Cor Dal Dun East Elm Fair Farn Glen Gran Hal Hart "
    "Hazel Holl Ing Kel King Lang Lind Mal Mar Mill Nor Oak Penn Quarr Rav Rock Sand Stan Sumner Thorn Ul "
    "Vern Wal West Whit Wood Yar Zel "
)
_MIDDLE = _words("a be ca da el en er ga i in la le ma mo na o on ra ro sa ta ter u va wa ")
_LAST = _words(
    "brook bury by dale den field ford gate ham hurst land ley ling lock low man mere mont moor more port "
    "ridge ring rose shaw sted ston ter thorpe ton vale ville wald ward ware water way well wick win wood "
    "worth yard "
)
_KINDS = ["Street", "Avenue", "Road", "Drive", "Lane", "Court", "Circle", "Way", "Boulevard", "Place"]
_SHORT = dict(zip(_KINDS, ["St", "Ave", "Rd", "Dr", "Ln", "Ct", "Cir", "Way", "Blvd", "Pl"], strict=True))
_STATES = ["AK", "AL", "AR", "AZ", "CA", "CT", "DC", "FL", "GA", "KY", "MA", "MD", "OK", "TN", "VT"]
_HAN = (
    "安白柏宝碧滨昌晨春翠大德东芳丰福富港高光广桂海汉和恒红虹湖华怀惠吉佳嘉建江金锦景静康兰乐丽利林龙绿梅"
    "美明南宁平庆泉荣瑞润山尚盛石双顺松泰桃天庭桐万望文吴西溪祥新兴星秀旭雅阳杨怡银永玉园月云泽长正中竹紫"
)
_YARDS = ["小区", "花园", "家园", "新村", "公寓", "苑"]
_ROADS = ["路", "街", "巷", "大道"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the place that answers it, None where nothing may."""

    text: str
    lon: float
    lat: float
    known: bool = True


def make_known(n: int, seed: int = 4) -> list[KnownAddress]:
    """n addresses: half Western house numbers in 250 towns, half Chinese buildings, entrances and road numbers."""
    rng = np.random.default_rng(seed)
    known = [*_western(n // 2, rng), *_chinese(n - n // 2, rng)]
    return known[:n]


def _western(n: int, rng: np.random.Generator) -> Iterator[KnownAddress]:
    towns = [
        f"{first}{last}".title() for first in _FIRST for last in ("ton", "ville", "field", "burg", "port", "mouth")
    ][:250]
    names = [f"{first}{middle}{last}" for first in _FIRST for middle in _MIDDLE for last in _LAST]
    rng.shuffle(names)
    names = names[:25_000]
    made = 0
    while made < n:
        town = int(rng.integers(len(towns)))
        street = f"{names[int(rng.integers(len(names)))]} {_KINDS[int(rng.integers(len(_KINDS)))]}"
        place = f"{towns[town]}, {_STATES[town % len(_STATES)]} {10_000 + town * 37}"
        lon, lat = -120 + town * 0.1 + rng.random() * 0.05, 30 + rng.random() * 0.05
        first = int(rng.integers(1, 3000))
        for k in range(int(rng.integers(5, 40))):
            yield KnownAddress(f"{first + 4 * k} {street}, {place}", lon + k * 5e-4, lat)
            made += 1


def _chinese(n: int, rng: np.random.Generator) -> Iterator[KnownAddress]:
    made = 0
    streets = [f"{_HAN[int(a)]}{_HAN[int(b)]}街道" for a, b in rng.integers(len(_HAN), size=(20, 2))]
    while made < n:
        letters = "".join(_HAN[int(k)] for k in rng.integers(len(_HAN), size=int(rng.integers(2, 4))))
        lon, lat = 98 + rng.random(), 39 + rng.random()
        before = f"肃州区{streets[int(rng.integers(len(streets)))]}"
        if rng.random() < 0.5:
            yard = f"{before}{letters}{_YARDS[int(rng.integers(len(_YARDS)))]}"
            for building in range(1, int(rng.integers(4, 30))):
                yield KnownAddress(f"{yard}{building}号楼", lon + building * 5e-4, lat)
                for entrance in range(1, int(rng.integers(1, 6))):
                    yield KnownAddress(
                        f"{yard}{building}号楼{entrance}单元", lon + building * 5e-4, lat + entrance * 2e-4
                    )
                    made += 1
                made += 1
        else:
            road = f"{before}{letters}{_ROADS[int(rng.integers(len(_ROADS)))]}"
            for number in range(1, int(rng.integers(10, 80))):
                yield KnownAddress(f"{road}{number}号", lon + number * 4e-4, lat)
                made += 1


def ask_exact(known: list[KnownAddress], n: int, rng: np.random.Generator) -> list[Asked]:
    """Addresses as they are kept, and in other ways to write them."""
    asked = []
    for k in rng.integers(len(known), size=n).tolist():
        one = known[k]
        text = one.text
        if k % 3 == 1:
            for long, short in _SHORT.items():
                text = text.replace(f" {long},", f" {short},")
            text = text.replace("号楼", "#楼").replace("肃州区", "")
        if k % 3 == 2:
            text = text.upper().translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
        asked.append(Asked(text, one.lon, one.lat))
    return asked


def ask_typo(known: list[KnownAddress], n: int, rng: np.random.Generator) -> list[Asked]:
    """Addresses with one letter of the name wrong; in Chinese a character by another one of the same sound."""
    asked: list[Asked] = []
    while len(asked) < n:
        one = known[int(rng.integers(len(known)))]
        words = one.text.split(" ")
        if not one.text.isascii():
            if slipped := _slip_by_sound(one.text, rng):
                asked.append(Asked(slipped, one.lon, one.lat))
            continue
        if len(words) < 2 or len(words[1]) < 8:
            continue
        at, letter = int(rng.integers(1, len(words[1]) - 1)), "abcdefghijklmnopqrstuvwxyz"[int(rng.integers(26))]
        name = words[1]
        kind = int(rng.integers(4))
        words[1] = (
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at:],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )[kind]
        asked.append(Asked(" ".join(words), one.lon, one.lat))
    return asked


def _slip_by_sound(text: str, rng: np.random.Generator) -> str | None:
    """The address with a character of the compound's or street's name by one that sounds alike."""
    start = text.index("街道") + 2
    at = start + int(rng.integers(2))
    others = [
        letter for letter in "安白百宝必城成春翠大的东方风福复港高广和恒虹湖华怀慧级" if sound_alike(letter, text[at])
    ]
    others = [letter for letter in others if letter != text[at]]
    return text[:at] + others[0] + text[at + 1 :] if others else None


def ask_unknown(known: list[KnownAddress], n: int, rng: np.random.Generator) -> list[Asked]:
    """House numbers and names that are not there."""
    asked = []
    for k in rng.integers(len(known), size=n).tolist():
        text = known[k].text
        if k % 2 and "号" in text:
            text = text.replace("号", "9999号", 1)
        elif k % 2:
            text = f"9{text.split(' ')[0]}7 {text.split(' ', 1)[1]}"
        else:
            text = f"12 Xqzv{k} Street, Nowhere, VT" if text.isascii() else f"肃州区龘靐{k % 97}齉小区3号楼"
        asked.append(Asked(text, 0.0, 0.0, known=False))
    return asked
