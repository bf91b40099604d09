"""Person labels: words by which a category would name kinds of people instead of a matter or a place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mapsvc.errors import PersonLabel

# People of whom a matter tells what befell them: they are taken out before the search.
_MATTERS = re.compile(
    r"\b(missing|lost|trapped|injured|stranded|drowning|unconscious) (persons?|people)\b"
    r"|\b(against|from|to|for|by|of|on) (the |a )?(persons?|people|individuals?|personnel|residents?)\b"
    r"|(走失|失踪|被困|受伤|遇险|溺水|伤亡)(人员|人口|人群)|人员(密集|聚集|走失|被困|受伤|伤亡|落水)",
    re.IGNORECASE,
)
_SINGULAR = (
    "offender|convict|prisoner|parolee|inmate|addict|drug user|petitioner|dissident|activist|suspect|migrant|vagrant"
    "|beggar|prostitute|foreigner|believer|mental patient|psychiatric patient|criminal"
)
# A singular one labels a person where its phrase ends; before another noun ("suspect package") it is an adjective.
_END = r"(?=\s*($|[,;:/()\[\]|]|[-–—] |\b(and|or|under|with|in|on|at|from|who|management|control|register|registry)\b))"
_ADJECTIVE = r"(?<![^\W\d_] )(?<![-,] )(?<!-)"
_PERSON_LABELS = (
    rf"\b(ex-?|former )?({_SINGULAR.replace('|', 's|')}s|petitioning people)\b",
    # "Damage, criminal" is how registers turn an adjective round: alone it must begin the name to be a noun.
    rf"\b({_SINGULAR.removesuffix('|criminal')}){_END}",
    rf"({_ADJECTIVE}|\b(known|wanted|habitual|repeat|career|former|key|suspected|convicted) )\bcriminal{_END}",
    r"\bkey (personnel|persons?|people|populations?|individuals?|households?)\b",
    r"\b(homeless|disabled|religious|ethnic|suspicious|wanted|dangerous|special|floating) "
    r"(persons?|people|personnel|populations?|individuals?|minorit\w+|believers?)\b",
    rf"\bmentally ill\b|\bmigrant workers?{_END}",
    r"\b(persons?|people|personnel|individuals?|residents?) of (interest|concern)\b",
    r"\b(persons?|people|personnel|individuals?|residents?) under (watch|surveillance|control)\b",
    r"\b(personnel|population|people) (management|control|register|tracking)\b",
    r"\b(persons?|people|personnel|individuals)$",
    r"\bblack ?list(ed)?\b|\bwatch ?list(ed)?\b",
    r"重点(人(?!防|行|流|民|工|才)|对象|青少年)|特殊(人群|人员|对象)|流动人口|涉稳人员|上访人|信访人(员|$)|刑满释放|社区矫正(人员|对象)",
    r"吸毒(人员|者)|涉毒人员|精神(病|障碍)(患者|人)|邪教(人员|成员|分子|信徒)|易肇事肇祸|肇事肇祸(人员|$)|信教(群众|人员|人士|$)",
    r"少数民族(人|群众|$)|人员(管控|管理|稳控)|人口(管控|管理)|黑名单|(人员|人群|分子)$",
)
_PERSON_LABEL = re.compile("|".join(_PERSON_LABELS), re.IGNORECASE)


def find_person_label(name: str) -> str | None:
    """The words of a category that name a kind of person; None where it names a matter or a place.

    A list of words cannot know every label; it stops the usual ones before they are stored.
    """
    found = _PERSON_LABEL.search(_MATTERS.sub("~", name.strip()))
    return found.group(0).strip() if found else None


def check_no_person_label(names: Iterable[str]) -> None:
    """Raise `PersonLabel` if a category names a kind of person instead of a matter or a place."""
    for name in names:
        if found := find_person_label(name):
            raise PersonLabel(
                f'The category "{name}" labels a person ("{found}"). '
                "mapsvc keeps places, boundaries and matters; give the matter instead.",
                field="task_type",
            )
