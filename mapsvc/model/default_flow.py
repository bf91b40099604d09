"""The workflow that holds while nobody set another one: twelve states, eighteen transitions, four acts."""

from __future__ import annotations

from mapsvc.model.flow import TARGET_OF, Flow, Need, Reason, Transition, Who
from mapsvc.model.incident import Status

_D, _W, _H = Who.DISPATCHER, Who.WORKER, Who.HANDLER
_NO_MATTER = (
    Reason("not_our_area", "Outside the community", "不属于本社区"),
    Reason("no_public_matter", "No public matter", "不属于受理范围"),
    Reason("cannot_be_checked", "Cannot be checked", "无法核实"),
    Reason("settled", "Settled already", "已自行解决"),
    Reason("other", "Other, see the note", "其他，见备注"),
)
_NOT_OURS = (
    Reason("not_our_grid", "Another grid's ground", "属地不符"),
    Reason("not_our_duty", "Another department's duty", "职责不符"),
    Reason("facts_missing", "Facts are missing", "信息不全"),
    Reason("other", "Other, see the note", "其他，见备注"),
)
_LATER = (
    Reason("weather", "Weather", "天气原因"),
    Reason("parts", "Parts or works take longer", "备料或施工需时"),
    Reason("consult", "Several bodies must agree", "需多部门会商"),
    Reason("owner_unknown", "No owner found yet", "权属不明"),
    Reason("other", "Other, see the note", "其他，见备注"),
)
_FAILED = (
    Reason("not_done", "Not done", "未处置"),
    Reason("half_done", "Done in part", "处置不彻底"),
    Reason("came_back", "It came back", "问题复发"),
    Reason("other", "Other, see the note", "其他，见备注"),
)
_AGAIN = (
    Reason("came_back", "It came back", "问题复发"),
    Reason("closed_by_mistake", "Closed by mistake", "误结案"),
    Reason("complaint", "The reporter is not content", "群众不满意"),
    Reason("other", "Other, see the note", "其他，见备注"),
)
_Row = tuple[str, str, tuple[Who, ...], tuple[Need, ...], tuple[Reason, ...], str, str]
_ROWS: tuple[_Row, ...] = (
    ("reported", "accept", (_D,), (), (), "Accept", "受理"),
    ("reported", "reject", (_D,), (Need.REASON,), _NO_MATTER, "Reject", "不予受理"),
    ("reported", "fast_close", (_W, _D), (Need.EVIDENCE,), (), "Solved on the spot", "自行处置"),
    ("accepted", "file", (_D,), (), (), "File", "立案"),
    ("accepted", "reject", (_D,), (Need.REASON,), _NO_MATTER, "Reject", "不予受理"),
    ("accepted", "merge", (_D,), (), (), "Merge into another", "并案"),
    ("filed", "dispatch", (_D,), (), (), "Dispatch", "派遣"),
    ("dispatched", "take", (_H,), (), (), "Take", "签收"),
    ("dispatched", "return", (_H,), (Need.REASON,), _NOT_OURS, "Not ours", "退回"),
    ("handling", "resolve", (_H,), (Need.EVIDENCE,), (), "Done", "处置完毕"),
    ("handling", "extend", (_D,), (Need.REASON,), _LATER, "Extend", "延期"),
    ("handling", "suspend", (_D,), (Need.REASON,), _LATER, "Suspend", "挂账"),
    ("suspended", "resume", (_D,), (), (), "Resume", "恢复处置"),
    ("resolved", "verify_ok", (_W, _D), (), (), "Checked, in order", "核查通过"),
    ("resolved", "verify_fail", (_W, _D), (Need.REASON,), _FAILED, "Checked, not in order", "核查不通过"),
    ("rework", "dispatch", (_D,), (), (), "Dispatch again", "再次派遣"),
    ("verified", "close", (_D,), (Need.FEEDBACK,), (), "Close", "结案"),
    ("closed", "reopen", (_D,), (Need.REASON,), _AGAIN, "Reopen", "重新立案"),
)
_ACTS: tuple[tuple[str, str, tuple[Who, ...], tuple[Need, ...], str, str], ...] = (
    ("dispatched handling rework", "urge", (_D,), (), "Urge", "催办"),
    ("dispatched handling", "arrive", (_H, _D), (), "Arrived", "到场"),
    ("resolved verified closed", "feedback", (_W, _D), (Need.NOTE,), "Feedback", "反馈"),
    ("verified closed", "visit", (_W, _D), (Need.NOTE,), "Return visit", "回访"),
)


def _transition(row: _Row) -> Transition:
    state, name, who, needs, reasons, title, title_zh = row
    source = Status(state)
    return Transition(name, source, TARGET_OF[name] or source, who, needs, reasons, title, title_zh)


DEFAULT_FLOW = Flow(
    transitions=tuple(_transition(row) for row in _ROWS),
    acts=tuple(
        Transition(name, Status(state), Status(state), who, needs, (), title, title_zh)
        for states, name, who, needs, title, title_zh in _ACTS
        for state in states.split()
    ),
)
