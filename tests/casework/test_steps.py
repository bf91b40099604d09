from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.casework.apply import apply, hear_change
from mapsvc.casework.merge import decide_merge, decide_unmerge
from mapsvc.casework.rules import Rules
from mapsvc.casework.steps import KINDS, decide, decide_dispatch
from mapsvc.casework.undo import decide_undo
from mapsvc.errors import BadInput, Conflict, Forbidden, IllegalStep, MapsvcError
from mapsvc.model.account import Actor
from mapsvc.model.case import Call, Case, Photo
from mapsvc.model.default_flow import DEFAULT_FLOW
from mapsvc.model.event import Event
from mapsvc.model.flow import ClockRule
from mapsvc.model.incident import CLOSED_STATUSES, Status
from mapsvc.model.place import Share
from mapsvc.model.step import Step
from tests.casework.cases import (
    ADMIN,
    DISPATCHER,
    EVERYBODY,
    HOUR,
    MONDAY_10,
    OTHER_WORKER,
    POLICE,
    RULES,
    VIEWER,
    WORKER,
    case_in,
)

NOW = MONDAY_10


def take(
    case: Case, *steps: tuple[Step | str, Actor], now: int = NOW, rules: Rules = RULES, heard: bool = False
) -> Case:
    for step, actor in steps:
        asked = Step(step) if isinstance(step, str) else step
        (change,) = decide(case, asked, rules, actor, now, heard=heard)
        case = apply(case, change)
    return case


def dispatched(task_type: str = "lamp", now: int = NOW, rules: Rules = RULES, **more: object) -> Case:
    step = Step("dispatch", targets=("department:police", "post:w11"), **more)  # type: ignore[arg-type]
    case = case_in(task_type=task_type)
    for change in decide_dispatch(case, step, rules, DISPATCHER, now):
        case = apply(case, change)
    return case


@pytest.mark.realdata
def test_states_and_transitions_are_those_of_the_domain(shared: Path) -> None:
    told = json.loads((shared / "fixtures/domain/incident_flow.json").read_text(encoding="utf-8"))
    assert [state for state, _ in told["states"]] == [status.value for status in Status]
    rows = {(row.source.value, row.name, row.target.value) for row in DEFAULT_FLOW.transitions}
    assert rows == {tuple(row[:3]) for row in told["transitions"]}
    assert len(DEFAULT_FLOW.transitions) == 18
    urged = {row.source.value for row in DEFAULT_FLOW.acts if row.name == "urge"}
    assert urged == {"dispatched", "handling", "rework"}


def test_a_matter_goes_all_the_way_from_report_to_close() -> None:
    case = take(case_in(), ("accept", DISPATCHER), ("file", DISPATCHER))
    case = take(case, (Step("dispatch", targets=("department:police",)), DISPATCHER), ("take", POLICE))
    case = take(case, (Step("resolve", note="Bulb changed"), POLICE), ("verify_ok", WORKER))
    case = take(case, (Step("feedback", note="Told the caller"), WORKER))
    case = take(case, ("close", DISPATCHER), heard=True, now=NOW + 5 * HOUR)
    assert case.incident.status is Status.CLOSED
    assert case.incident.closed_at == NOW + 5 * HOUR
    assert case.incident.due_at == NOW + 24 * HOUR
    assert case.incident.departments == ("police",)
    assert case.revision == 3 + 8
    assert [call.done_at for call in case.calls] == [NOW]


def test_one_button_takes_three_steps_and_names_what_was_before_all_of_them() -> None:
    case = case_in()
    changes = decide_dispatch(case, Step("dispatch", targets=("post:w11",)), RULES, DISPATCHER, NOW)
    assert [change.kind for change in changes] == ["incident.accepted", "incident.filed", "incident.dispatched"]
    assert [change.revision for change in changes] == [3, 4, 5]
    assert changes[-1].data["was"]["fields"] == {"dispatched_at": None, "due_at": None, "status": "reported"}
    assert changes[-1].data["was"]["revision"] == 3
    assert "was" not in changes[0].data


def test_every_pair_of_state_and_step_is_legal_exactly_where_the_table_says() -> None:
    legal = {(row.source, row.name) for row in (*DEFAULT_FLOW.transitions, *DEFAULT_FLOW.acts)}
    for status in Status:
        for name in (*KINDS, "no_such_step"):
            allowed: tuple[str, ...] | None = None
            try:
                decide(case_in(status), Step(name), RULES, ADMIN, NOW)
            except IllegalStep as error:
                allowed = error.allowed
            except BadInput:
                pass
            if (status, name) in legal:
                assert allowed is None, (status, name)
            else:
                assert allowed == tuple(row.name for row in DEFAULT_FLOW.steps_from(status)), (status, name)


@pytest.mark.parametrize(
    ("status", "step", "actor"),
    [
        (Status.REPORTED, "accept", WORKER),
        (Status.REPORTED, "accept", VIEWER),
        (Status.REPORTED, "fast_close", OTHER_WORKER),
        (Status.FILED, "dispatch", WORKER),
        (Status.DISPATCHED, "take", DISPATCHER),
        (Status.DISPATCHED, "take", WORKER),
        (Status.HANDLING, "extend", POLICE),
        (Status.RESOLVED, "verify_ok", OTHER_WORKER),
        (Status.VERIFIED, "close", WORKER),
    ],
)
def test_the_wrong_role_is_forbidden(status: Status, step: str, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        decide(case_in(status), Step(step, reason="weather", note="why"), RULES, actor, NOW)


def test_a_dispatcher_of_other_grids_may_act_where_the_point_may_well_lie_in_one_of_them() -> None:
    elsewhere = dataclasses.replace(DISPATCHER, grid_codes=("22",))
    with pytest.raises(Forbidden):
        decide(case_in(), Step("accept"), RULES, elsewhere, NOW)
    near = case_in(shares=(Share("11", 0.7), Share("22", 0.3)))
    assert take(near, ("accept", elsewhere)).incident.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("status", "step", "field"),
    [
        (Status.REPORTED, Step("reject"), "reason"),
        (Status.REPORTED, Step("reject", reason="made_up"), "reason"),
        (Status.REPORTED, Step("reject", reason="other"), "note"),
        (Status.REPORTED, Step("fast_close"), "note"),
        (Status.REPORTED, Step("fast_close", photos=("nothere",)), "photos"),
        (Status.REPORTED, Step("accept", level=5), "level"),
        (Status.REPORTED, Step("accept", task_type="nothing"), "type"),
        (Status.REPORTED, Step("accept", limit_hours=3), "limit_hours"),
        (Status.ACCEPTED, Step("file", limit_hours=float("nan")), "limit_hours"),
        (Status.ACCEPTED, Step("file", due_at=NOW - 1), "due_at"),
        (Status.ACCEPTED, Step("file", due_at=NOW + 9, limit_hours=1), "due_at"),
        (Status.FILED, Step("dispatch"), "targets"),
        (Status.FILED, Step("dispatch", targets=("post:a",), lead="post:b"), "lead"),
        (Status.FILED, Step("dispatch", targets=("post:a",), whistle=True), "targets"),
        (Status.HANDLING, Step("extend", reason="weather", hours=4), "hours"),
        (Status.HANDLING, Step("resolve"), "note"),
        (Status.HANDLING, Step("resolve", note="x", level=2), "level"),
        (Status.VERIFIED, Step("close"), "note"),
        (Status.CLOSED, Step("reopen"), "reason"),
        (Status.ACCEPTED, Step("merge", into="i1"), "into"),
    ],
)
def test_what_a_step_lacks_is_named(status: Status, step: Step, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        decide(case_in(status), step, RULES, ADMIN, NOW)
    assert refused.value.field == field


def test_a_photo_of_the_incident_is_evidence() -> None:
    case = dataclasses.replace(case_in(), photos=(Photo("ab", "image/jpeg", 10, 1, 1, NOW),))
    assert take(case, (Step("fast_close", photos=("ab",)), WORKER)).incident.closed_at == NOW


def test_the_level_of_the_filing_decides_the_limit() -> None:
    case = take(case_in(), ("accept", DISPATCHER), (Step("file", level=2), DISPATCHER))
    case = take(case, (Step("dispatch", targets=("post:w11",)), DISPATCHER))
    assert (case.incident.level, case.incident.due_at) == (2, NOW + 6 * HOUR)


def test_a_limit_granted_at_filing_begins_with_the_dispatch() -> None:
    case = take(case_in(), ("accept", DISPATCHER), (Step("file", limit_hours=5), DISPATCHER))
    assert (case.incident.due_at, case.incident.left_s) == (None, 5 * HOUR)
    case = take(case, (Step("dispatch", targets=("post:w11",)), DISPATCHER), now=NOW + 9 * HOUR)
    assert (case.incident.due_at, case.incident.left_s) == (NOW + 14 * HOUR, None)


@pytest.mark.parametrize(("rule", "due"), [(ClockRule.KEEP, NOW + 24 * HOUR), (ClockRule.RESTART, NOW + 30 * HOUR)])
def test_a_returned_matter_keeps_its_clock_or_begins_anew(rule: ClockRule, due: int) -> None:
    rules = dataclasses.replace(RULES, flow=dataclasses.replace(DEFAULT_FLOW, return_clock=rule))
    case = take(dispatched(), (Step("return", reason="not_our_grid"), POLICE), rules=rules)
    assert case.incident.status is Status.FILED
    assert not case.open_calls
    again = take(case, (Step("dispatch", targets=("post:w11",)), DISPATCHER), now=NOW + 6 * HOUR, rules=rules)
    assert again.incident.due_at == due
    assert [call.target for call in again.open_calls] == ["post:w11"]
    assert len(again.calls) == 3


@pytest.mark.parametrize(("rule", "due"), [(ClockRule.KEEP, NOW + 24 * HOUR), (ClockRule.RESTART, NOW + 30 * HOUR)])
def test_rework_keeps_its_clock_or_begins_anew(rule: ClockRule, due: int) -> None:
    rules = dataclasses.replace(RULES, flow=dataclasses.replace(DEFAULT_FLOW, rework_clock=rule))
    case = take(dispatched(), ("take", POLICE), (Step("resolve", note="done"), POLICE))
    case = take(case, (Step("verify_fail", reason="not_done"), WORKER))
    case = take(case, (Step("dispatch", targets=("post:w11",)), DISPATCHER), now=NOW + 6 * HOUR, rules=rules)
    assert case.incident.due_at == due


def test_a_suspended_matter_has_no_due_time_and_goes_on_with_what_was_left() -> None:
    case = take(dispatched(), ("take", POLICE))
    case = take(case, (Step("suspend", reason="weather"), DISPATCHER), now=NOW + 4 * HOUR)
    assert (case.incident.due_at, case.incident.left_s) == (None, 20 * HOUR)
    case = take(case, ("resume", DISPATCHER), now=NOW + 100 * HOUR)
    assert (case.incident.due_at, case.incident.left_s) == (NOW + 120 * HOUR, None)


def test_a_late_matter_is_as_late_after_its_suspension() -> None:
    case = take(dispatched(), ("take", POLICE))
    case = take(case, (Step("suspend", reason="weather"), DISPATCHER), now=NOW + 25 * HOUR)
    assert case.incident.left_s == -HOUR
    assert take(case, ("resume", DISPATCHER), now=NOW + 50 * HOUR).incident.due_at == NOW + 49 * HOUR


def test_suspending_over_a_weekend_costs_no_working_time() -> None:
    case = take(dispatched("waste"), ("take", POLICE))
    assert case.incident.due_at == NOW + 24 * HOUR + HOUR
    case = take(case, (Step("suspend", reason="weather"), DISPATCHER), now=NOW + 5 * HOUR)
    assert case.incident.left_s == 5 * HOUR
    saturday = NOW + 5 * 24 * HOUR
    resumed = take(case, ("resume", DISPATCHER), now=saturday)
    assert resumed.incident.due_at == NOW + 7 * 24 * HOUR + 6 * HOUR


def test_an_extension_adds_hours_in_the_unit_of_the_limit() -> None:
    case = take(dispatched(), ("take", POLICE), (Step("extend", reason="parts", hours=10), DISPATCHER))
    assert case.incident.due_at == NOW + 34 * HOUR
    assert case.incident.status is Status.HANDLING


def test_all_of_a_joint_call_arrive_one_by_one() -> None:
    case = dispatched(whistle=True)
    assert [(call.lead, call.whistle) for call in case.calls] == [(True, True), (False, True)]
    with pytest.raises(Forbidden, match="speaks for itself"):
        decide(case, Step("arrive", target="department:police"), RULES, WORKER, NOW + 30)
    case = take(case, ("arrive", WORKER), now=NOW + 60)
    case = take(case, (Step("arrive", target="department:police"), DISPATCHER), now=NOW + 90)
    assert [call.arrived_at for call in case.calls] == [NOW + 90, NOW + 60]
    with pytest.raises(BadInput):
        decide(case, Step("arrive"), RULES, WORKER, NOW + 99)


def test_only_the_leading_call_takes_and_returns() -> None:
    with pytest.raises(Forbidden):
        decide(dispatched(), Step("take"), RULES, WORKER, NOW)
    assert take(dispatched(), ("take", POLICE)).incident.status is Status.HANDLING


def test_a_reopened_matter_has_no_clock_until_it_is_dispatched_again() -> None:
    case = case_in(Status.CLOSED, closed_at=NOW, due_at=NOW + 5, dispatched_at=NOW - 5)
    case = take(case, (Step("reopen", reason="came_back"), DISPATCHER))
    assert (case.incident.status, case.incident.closed_at, case.incident.due_at) == (Status.FILED, None, None)


def test_a_duplicate_is_accepted_and_voided_into_the_other_and_taken_out_again() -> None:
    other = dataclasses.replace(case_in(), incident=dataclasses.replace(case_in().incident, id="i2"))
    changes = decide_merge(case_in(), other, RULES, DISPATCHER, NOW)
    assert [change.kind for change in changes] == ["incident.accepted", "incident.merged", "incident.joined"]
    assert changes[1].fields["merged_into"] == "i2"
    assert (changes[2].incident_id, changes[2].data) == ("i2", {"other": "i1"})
    case = apply(apply(case_in(), changes[0]), changes[1])
    assert case.incident.closed_at == NOW
    with pytest.raises(Forbidden):
        decide_unmerge(case, other, WORKER)
    back = apply(case, decide_unmerge(case, other, DISPATCHER)[0])
    assert (back.incident.status, back.incident.merged_into, back.incident.closed_at) == (Status.ACCEPTED, "", None)
    with pytest.raises(Conflict):
        decide_unmerge(back, other, DISPATCHER)


def test_nothing_is_merged_into_what_is_void_or_into_itself() -> None:
    void = case_in(Status.VOIDED, id="i2")
    with pytest.raises(Conflict):
        decide_merge(case_in(), void, RULES, DISPATCHER, NOW)
    with pytest.raises(BadInput):
        decide_merge(case_in(), case_in(), RULES, DISPATCHER, NOW)
    with pytest.raises(IllegalStep):
        decide_merge(case_in(Status.HANDLING), case_in(id="i2"), RULES, DISPATCHER, NOW)


def test_an_undone_dispatch_is_as_before_but_for_the_calls_taken_back() -> None:
    before = case_in()
    changes = decide_dispatch(before, Step("dispatch", targets=("post:w11",)), RULES, DISPATCHER, NOW)
    case = before
    for change in changes:
        case = apply(case, change)
    event = Event(9, NOW, "desk", "incident.dispatched", "i1", json.loads(json.dumps(changes[-1].data)))
    undone = apply(case, decide_undo(case, event, DISPATCHER, NOW + 30))
    assert dataclasses.replace(undone.incident, revision=3) == before.incident
    assert [(call.target, call.dropped_at) for call in undone.calls] == [("post:w11", NOW + 30)]
    assert undone.revision == 7
    with pytest.raises(Forbidden):
        decide_undo(case, event, WORKER, NOW)


def test_a_matter_that_becomes_sensitive_stays_so() -> None:
    case = take(case_in(), (Step("accept", task_type="dispute"), DISPATCHER))
    assert case.incident.sensitive
    assert take(case, (Step("file", task_type="lamp"), DISPATCHER)).incident.sensitive


def test_no_way_leads_from_closed_to_a_dispatch() -> None:
    with pytest.raises(IllegalStep) as refused:
        decide_dispatch(case_in(Status.CLOSED), Step("dispatch", targets=("post:a",)), RULES, DISPATCHER, NOW)
    assert refused.value.allowed == ("reopen", "feedback", "visit")


STEPS = st.builds(
    Step,
    name=st.sampled_from([*KINDS, "dispatch", "take", "accept", "nonsense"]),
    reason=st.sampled_from(["", "weather", "other", "not_our_grid", "not_done", "came_back"]),
    note=st.sampled_from(["", "seen"]),
    level=st.sampled_from([None, None, 1, 4, 9]),
    task_type=st.sampled_from([None, None, "waste", "permit", "dispute", "nothing"]),
    limit_hours=st.sampled_from([None, None, 2.5, -1.0]),
    hours=st.sampled_from([None, 3.0]),
    targets=st.sampled_from([(), ("department:police",), ("post:w11", "department:police")]),
    whistle=st.booleans(),
    into=st.sampled_from(["", "i9"]),
)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(list(Status)),
    st.lists(st.tuples(STEPS, st.sampled_from(EVERYBODY), st.integers(0, 10**6)), min_size=4, max_size=4),
)
def test_whatever_four_steps_by_whomever_the_state_is_legal_and_the_journal_replays_to_it(
    status: Status, asked: list[tuple[Step, Actor, int]]
) -> None:
    start = dataclasses.replace(case_in(status), calls=(Call("department:police", True, NOW - 9),))
    case, journal, now = start, [], NOW
    for step, actor, later in asked:
        now += later
        try:
            made = (
                decide_dispatch(case, step, RULES, actor, now)
                if step.name == "dispatch"
                else decide(case, step, RULES, actor, now)
            )
        except MapsvcError:
            continue
        for change in made:
            row = DEFAULT_FLOW.find(case.incident.status, change.data["step"])
            assert row is not None
            case = apply(case, change)
            assert case.incident.status is row.target
            journal.append((change.kind, json.loads(json.dumps({**change.data, "revision": case.revision}))))
    replayed = start
    for kind, data in journal:
        replayed = apply(replayed, hear_change("i1", kind, data))
    assert replayed == case
    assert sum(call.lead for call in case.open_calls) <= 1
    if status not in CLOSED_STATUSES:
        assert (case.incident.status in CLOSED_STATUSES) is (case.incident.closed_at is not None)
