"""The pure modules, run in the browser they are made for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mapsvc.web.pages import own_assets


@pytest.fixture(scope="module")
def bench(demo: str, browser: Any) -> Iterator[Any]:
    """run(module, expression over `m`, argument): a page whose policy is off, for trying modules alone."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{demo}/command")

    def run(module: str, expression: str, given: Any = None) -> Any:
        address = f"/ui/{own_assets().version}/js/{module}"
        return page.evaluate(f"async (given) => {{ const m = await import('{address}'); return {expression}; }}", given)

    yield run
    context.close()


def test_red_and_waiting_are_never_swallowed_by_a_cluster(bench: Any) -> None:
    lights = ["red", "waiting", "green", "yellow", "closed"] * 40
    dots = [{"x": i % 7, "y": i % 5, "light": light, "item": i} for i, light in enumerate(lights)]
    got = bench("layers/cluster.js", "m.cluster(given, 20)", dots)
    alone = [dot["light"] for dot in got["single"]]
    assert alone.count("red") == alone.count("waiting") == 40
    swallowed = [dot for group in got["groups"] for dot in group["members"]]
    assert {dot["light"] for dot in swallowed} == {"green", "yellow", "closed"}
    assert len(alone) + len(swallowed) == len(dots)


def test_dots_apart_stay_alone_and_dots_together_do_not(bench: Any) -> None:
    dots = [{"x": x, "y": 0, "light": "green", "item": x} for x in (0, 1, 2, 100, 200)]
    got = bench("layers/cluster.js", "m.cluster(given, 20)", dots)
    assert sorted(dot["x"] for dot in got["single"]) == [100, 200]
    assert [len(group["members"]) for group in got["groups"]] == [3]
    assert got["groups"][0]["x"] == 1


@pytest.mark.parametrize(
    "search",
    [
        "",
        "?from=2026-01-01&to=2026-02-01",
        "?layers=none",
        "?type=a,b&grid=06&sel=grid:06",
        "?at=98.5,39.7,16&cmp=0.50",
        "?wall=1",
    ],
)
def test_reading_and_writing_an_address_are_inverse(bench: Any, search: str) -> None:
    assert bench("state/url.js", "m.writeView(m.parseView(given, 'command').view, 'command')", search) == search


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("?bogus=1", ["bogus"]),
        ("?layers=inc,zzz", ["layers"]),
        ("?status=asleep", ["status"]),
        ("?from=yesterday&measure=wish&at=here&cmp=2&sel=person:1", ["from", "measure", "at", "cmp", "sel"]),
        ("?theme=dark&lang=zh&wall=1", []),
    ],
)
def test_what_an_address_says_wrongly_is_named(bench: Any, search: str, names: list[str]) -> None:
    assert [it["name"] for it in bench("state/url.js", "m.parseView(given, 'command').problems", search)] == names


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (59 * 60, "59 min"),
        (3 * 3600 + 600, "3 h 10"),
        (3600 + 300, "1 h 05"),
        (50 * 3600, "2 d 2 h"),
        (90 * 86400, "90 days"),
    ],
)
def test_durations_in_words(bench: Any, seconds: int, words: str) -> None:
    assert bench("format.js", "m.duration(given)", seconds) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(1, "100 %"), (0.9999, "over 99 %"), (0.991, "over 99 %"), (0.9, "90 %"), (0.001, "under 1 %"), (0, "0 %")],
)
def test_per_cent_is_never_rounded_to_all_or_nothing(bench: Any, share: float, words: str) -> None:
    assert bench("format.js", "m.percent(given)", share) == words


def test_probabilities_keep_two_figures(bench: Any) -> None:
    got = bench("format.js", "given.map(m.probability)", [0.04321, 0.00043, 0.0000043, 1e-9])
    assert got == ["0.043", "0.00043", "0.0000043", "< 0.000001"]
    assert bench("format.js", "m.probabilityShort(given)", 0.00043) == "< 0.001"


def test_a_grid_is_named_by_number_and_name_in_either_kind_of_code(bench: Any) -> None:
    code = "990101001001006"
    assert (
        bench("i18n.js", "m.gridTitle(given)", {"code": code, "name": "Brick Lane", "name_zh": "砖巷"})
        == "06 Brick Lane"
    )
    assert bench("i18n.js", "m.gridTitle(given)", {"code": "0423", "name": "0423"}) == "0423"


@pytest.mark.parametrize("attribute", ["style", "onclick", "ONERROR"])
def test_the_element_builder_refuses_script_and_style(bench: Any, attribute: str) -> None:
    with pytest.raises(Exception, match="is not allowed"):
        bench("el.js", "m.el('p', {[given]: 'x'})", attribute)


def test_the_element_builder_takes_markup_as_text(bench: Any) -> None:
    assert bench("el.js", "m.el('p', {}, given).outerHTML", "<b>&") == "<p>&lt;b&gt;&amp;</p>"
