"""The workflow as a plain value: read whole or refused with the field at fault, and written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mapsvc.casework.reading import code_of, list_of, name_of, names_of, number_of, object_of, whole_of, words_of
from mapsvc.errors import BadInput
from mapsvc.model.flow import ACTS, TARGET_OF, ClockRule, Flow, Need, Reason, Transition, Who
from mapsvc.model.incident import Status
from mapsvc.model.person_label import check_no_person_label

MAX_ROWS, MAX_REASONS, MAX_UNDO_S = 200, 40, 3600
_ROW = ("from", "step", "to", "who", "needs", "reasons", "title", "title_zh")
_ACT = ("in", "step", "who", "needs", "reasons", "title", "title_zh")
_TOP = ("transitions", "acts", "return_clock", "rework_clock", "undo_s", "soon_share")


def read_flow(value: Any) -> Flow:
    """The workflow of a setting. Raises BadInput naming the field, PersonLabel for words that label a person."""
    given = object_of(value, "workflow", _TOP, ("transitions",))
    rows = list_of(given["transitions"], "transitions", MAX_ROWS)
    acts = list_of(given.get("acts", ()), "acts", MAX_ROWS)
    transitions = tuple(_transition(row, f"transitions[{k}]") for k, row in enumerate(rows))
    flow = Flow(
        transitions=transitions,
        acts=tuple(one for k, row in enumerate(acts) for one in _act(row, f"acts[{k}]")),
        return_clock=name_of(given.get("return_clock", "keep"), "return_clock", ClockRule),
        rework_clock=name_of(given.get("rework_clock", "keep"), "rework_clock", ClockRule),
        undo_s=whole_of(given.get("undo_s", 60), "undo_s", 0, MAX_UNDO_S),
        soon_share=number_of(given.get("soon_share", 0.25), "soon_share", 0.0, 1.0),
    )
    _check_whole(flow)
    return flow


def _transition(value: Any, field: str) -> Transition:
    row = object_of(value, field, _ROW, ("from", "step", "to", "who"))
    name = row["step"]
    if not isinstance(name, str) or name not in TARGET_OF:
        raise BadInput(f"{field}.step is one of {', '.join(TARGET_OF)}.", field=f"{field}.step")
    source = name_of(row["from"], f"{field}.from", Status)
    target = name_of(row["to"], f"{field}.to", Status)
    if target is not (TARGET_OF[name] or source):
        leads = (TARGET_OF[name] or source).value
        raise BadInput(f'"{name}" from {source.value} leads to {leads}.', field=f"{field}.to")
    return _row(row, field, name, source, target)


def _act(value: Any, field: str) -> tuple[Transition, ...]:
    row = object_of(value, field, _ACT, ("in", "step", "who"))
    name = row["step"]
    if name not in ACTS:
        raise BadInput(f"{field}.step is one of {', '.join(ACTS)}.", field=f"{field}.step")
    states = names_of(row["in"], f"{field}.in", Status)
    return tuple(_row(row, field, name, state, state) for state in states)


def _row(row: Mapping[str, Any], field: str, name: str, source: Status, target: Status) -> Transition:
    reasons = list_of(row.get("reasons", ()), f"{field}.reasons", MAX_REASONS)
    found = Transition(
        name,
        source,
        target,
        who=names_of(row["who"], f"{field}.who", Who),
        needs=names_of(row.get("needs", ()), f"{field}.needs", Need),
        reasons=tuple(_reason(one, f"{field}.reasons[{k}]") for k, one in enumerate(reasons)),
        title=words_of(row.get("title", ""), f"{field}.title"),
        title_zh=words_of(row.get("title_zh", ""), f"{field}.title_zh"),
    )
    check_no_person_label((found.title, found.title_zh))
    codes = [one.code for one in found.reasons]
    if len(set(codes)) < len(codes):
        raise BadInput(f"A reason of {field} is listed twice.", field=f"{field}.reasons")
    return found


def _reason(value: Any, field: str) -> Reason:
    row = object_of(value, field, ("code", "text", "text_zh"), ("code", "text"))
    found = Reason(
        code_of(row["code"], f"{field}.code"),
        words_of(row["text"], f"{field}.text", empty=False),
        words_of(row.get("text_zh", ""), f"{field}.text_zh"),
    )
    check_no_person_label((found.text, found.text_zh))
    return found


def _check_whole(flow: Flow) -> None:
    """Each step once a state, and a way from a report to its dispatch and its end."""
    for rows, field in ((flow.transitions, "transitions"), (flow.acts, "acts")):
        keys = [(row.source, row.name) for row in rows]
        for k, key in enumerate(keys):
            if key in keys[:k]:
                raise BadInput(f'"{key[1]}" stands twice for {key[0].value}.', field=f"{field}[{k}]")
    reached, fresh = {Status.REPORTED}, [Status.REPORTED]
    while fresh:
        state = fresh.pop()
        for row in flow.transitions:
            if row.source is state and row.target not in reached:
                reached.add(row.target)
                fresh.append(row.target)
    for state in (Status.DISPATCHED, Status.CLOSED):
        if state not in reached:
            raise BadInput(f"No way leads from reported to {state.value}.", field="transitions")


def write_flow(flow: Flow) -> dict[str, Any]:
    """The workflow as `read_flow` takes it."""
    acts: dict[str, dict[str, Any]] = {}
    for row in flow.acts:
        # Acts of one name share a row, unless somebody made them differ from state to state.
        told = _told(row)
        key = repr(told)
        acts.setdefault(key, {"in": [], **told})["in"].append(row.source.value)
    return {
        "transitions": [{"from": row.source.value, "to": row.target.value, **_told(row)} for row in flow.transitions],
        "acts": list(acts.values()),
        "return_clock": flow.return_clock.value,
        "rework_clock": flow.rework_clock.value,
        "undo_s": flow.undo_s,
        "soon_share": flow.soon_share,
    }


def _told(row: Transition) -> dict[str, Any]:
    return {
        "step": row.name,
        "who": [one.value for one in row.who],
        "needs": [one.value for one in row.needs],
        "reasons": tell_reasons(row.reasons),
        "title": row.title,
        "title_zh": row.title_zh,
    }


def tell_reasons(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    """Reasons as JSON values."""
    return [{"code": one.code, "text": one.text, "text_zh": one.text_zh} for one in reasons]
