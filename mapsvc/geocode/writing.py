"""Writing: one way to write what people write in many: widths, Chinese numerals, blanks; numbers lifted out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200
"""Characters of an address that is read at all; what is longer is no address."""
RUN = "[\ue000-\ue0ff]"
"""A number in a lifted text: one private letter, so that no pattern ever runs along digits."""

_FIRST_RUN = 0xE000
_DIGITS = re.compile(r"[0-9]+")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_BLANKS = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMERAL = "零〇一二三四五六七八九十百两壹贰叁肆伍陆柒捌玖拾佰"
# Numerals in names stay (五一路, 三里屯): only what counts something is a number.
_COUNTED = re.compile(
    rf"第[{_NUMERAL}]+|[{_NUMERAL}]+(?=号|栋|幢|座|楼|单元|层|室|房|户|期|门(?!口)|组|队|社(?!区)|网格|弄|#|排|区(?=[{_NUMERAL}0-9]))"
)
_VALUE = {letter: value for value, letters in enumerate(
    ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for letter in letters}  # fmt: skip
_PLACE = {"十": 10, "拾": 10, "百": 100, "佰": 100}
_SAME = str.maketrans("–—‐－～﹟號樓棟", "-----#号楼栋")


@dataclass(frozen=True, slots=True)
class Lifted:
    """A text with each number as one private letter. values[i] is what the letter of place i stands for."""

    text: str
    values: tuple[str, ...]

    def put_back(self, text: str, *, zeros: bool = False) -> str:
        """A piece of the text with its numbers in it again; leading zeros only where they are asked for."""
        if text.isascii() or not _RUNS.search(text):
            return text
        values = self.values
        if zeros:
            return _RUNS.sub(lambda found: values[ord(found.group()) - _FIRST_RUN], text)
        return _RUNS.sub(lambda found: values[ord(found.group()) - _FIRST_RUN].lstrip("0") or "0", text)


_RUNS = re.compile(RUN)


def tidy(text: str) -> str:
    """Full width and compatibility letters made plain, unseen letters and blanks made one blank."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SAME)
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in text)
    return _BLANKS.sub(" ", text).strip()


def is_chinese(text: str) -> bool:
    """Whether Chinese characters are in it: then it is read by the Chinese grammar."""
    return _HAN.search(text) is not None


def count_out(text: str) -> str:
    """Chinese numerals that count something written with digits: 三号楼 -> 3号楼, 一百零三室 -> 103室."""
    return _COUNTED.sub(_as_digits, text)


def lift(text: str) -> Lifted:
    """The text with its numbers taken out, left to right."""
    values: list[str] = []

    def take(found: re.Match[str]) -> str:
        values.append(found.group())
        return chr(_FIRST_RUN + len(values) - 1)

    return Lifted(_DIGITS.sub(take, text), tuple(values))


def lift_shape(text: str) -> tuple[str, list[str]]:
    """(a text equal for all that differ in numbers only, the numbers); quicker than `lift`."""
    return _DIGITS.sub("0", text), _DIGITS.findall(text)


def has_gaps(text: str) -> bool:
    """Whether numbers were lifted out of a text."""
    return _RUNS.search(text) is not None


def gaps_of(text: str) -> str:
    """A lifted text as a pattern for `str.format`, which takes its numbers by place."""
    plain = text.replace("{", "{{").replace("}", "}}")
    return _RUNS.sub(lambda found: f"{{{ord(found.group()) - _FIRST_RUN}}}", plain)


def _as_digits(found: re.Match[str]) -> str:
    text = found.group()
    ordinal = "第" if text[0] == "第" else ""
    return ordinal + read_numeral(text.removeprefix("第"))


def read_numeral(text: str) -> str:
    """Digits of a Chinese numeral: by places (一百零三 = 103, 十二 = 12) or digit by digit (五〇一 = 501)."""
    if not any(letter in _PLACE for letter in text):
        return "".join(str(_VALUE[letter]) for letter in text)
    total, digit, place = 0, 0, 1
    for at, letter in enumerate(text):
        if letter in _PLACE:
            place = _PLACE[letter]
            # 十二 begins without its one
            total += (digit or (1 if at == 0 or text[at - 1] in "零〇" else 0)) * place
            digit = 0
        else:
            digit = _VALUE[letter]
    # 一百二 is said for 120, but after 零 or ten the last digit counts ones
    is_short = place == 100 and text[-1] in _VALUE and text[-2] in _PLACE
    return str(total + digit * (10 if is_short else 1))
