"""TaskType: what an incident is about. Matters and places, never kinds of people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mapsvc.errors import PersonLabel

_PERSON_LABELS = (
    r"\bkey (personnel|persons?|people|population|individuals?)\b",
    r"\b(ex-?|former )?(convicts?|offenders?|prisoners?|parolees?|inmates?|drug (users?|addicts?)|addicts?)\b",
    r"\b(petitioners?|dissidents?|activists?|suspects?|criminals?|migrants?|vagrants?|homeless (people|persons?))\b",
    r"\b(mentally ill|mental patients?|psychiatric patients?|disabled (people|persons?))\b",
    r"\b(religious (believers?|persons?|people)|ethnic (minorit\w+|persons?|people))\b",
    r"\b(persons?|people|personnel|individuals?|residents?) (of (interest|concern))\b",
    r"\b(persons?|people|personnel|individuals?|residents?) under (watch|surveillance|control)\b",
    r"\b(personnel|population|people) (management|control|register|tracking)\b",
    r"\bblack ?list(ed)?\b|\bwatch ?list(ed)?\b",
    r"重点人(员|口|群)?|特殊人(群|员)|流动人口|涉稳人员|上访人|信访人员|刑满释放|社区矫正(人员|对象)|吸毒|精神(病|障碍)患?者?"
    r"|邪教|肇事肇祸|人员(管控|管理|稳控)|人口(管控|管理)|黑名单|信教|少数民族人",
)
_PERSON_LABEL = re.compile("|".join(_PERSON_LABELS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TaskType:
    """A row of the editable table of task types.

    limit_hours: time to resolve, from dispatch; None = no clock.
    sensitive: others than the handling post see the grid, never the point.
    """

    code: str
    name: str
    name_zh: str = ""
    limit_hours: float | None = None
    lead_department: str = ""
    sensitive: bool = False
    icon: str = "dot"


def check_no_person_label(names: Iterable[str]) -> None:
    """Raise `PersonLabel` if a category names a kind of person instead of a matter or a place."""
    for name in names:
        if found := _PERSON_LABEL.search(name):
            raise PersonLabel(
                f'The category "{name}" labels a person ("{found.group(0)}"). '
                "mapsvc keeps places, boundaries and matters; give the matter instead.",
                field="task_type",
            )
