"""Pages of the desks and the files they load."""

from __future__ import annotations

import gzip
import html
import json
import re

import pytest
from flask.testing import FlaskClient

from mapsvc.web.pages import PLANNER_STYLES, STATIC_FOLDER, STYLES, TEMPLATE_FOLDER

MAX_SHELL_BYTES = 50_000


def test_the_start_leads_to_the_command_desk(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/command")


@pytest.mark.parametrize("path", ["/command", "/hotspots"])
def test_the_page_of_a_desk_is_small_and_holds_no_data(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(answer.data) <= MAX_SHELL_BYTES
    assert "Nine" not in answer.text


def test_every_file_that_the_page_names_is_there_for_ever_and_packed(client: FlaskClient) -> None:
    page = client.get("/command").text
    names = set(re.findall(r'(?:src|href)="(/(?:assets|ui)/[^"]+)"', page))
    assert len(names) > 30
    for name in names:
        answer = client.get(name, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, name
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        if answer.headers.get("Content-Encoding") == "gzip":
            assert gzip.decompress(answer.data) == client.get(name, headers={"Accept-Encoding": "identity"}).data


def test_a_file_of_an_older_page_is_not_kept(client: FlaskClient) -> None:
    assert client.get("/ui/0000/css/base.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/assets/nothing.js", "/ui/1/../pages.py", "/ui/1/%2e%2e/pages.py", "/ui/1/js//etc/passwd"]
)
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_language_follows_the_browser_and_the_switch_is_kept(client: FlaskClient) -> None:
    assert '<html lang="zh-Hans"' in client.get("/command", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert '<html lang="en"' in client.get("/command", headers={"Accept-Language": "fr"}).text
    client.get("/command?lang=zh")
    again = client.get("/command", headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans"' in again.text
    assert "Accept-Language" in again.headers["Vary"]


def test_an_unknown_theme_or_language_is_left_out(client: FlaskClient) -> None:
    answer = client.get('/command?theme="><script>&lang=<script>&wall=<b>')
    assert 'data-theme="dark"' in answer.text
    assert "<script>&" not in answer.text
    assert "data-wall" not in answer.text


def test_wall_mode_is_drawn_by_the_server(client: FlaskClient) -> None:
    assert "data-wall" in client.get("/command?wall=1").text


def test_a_plan_without_findings_says_so(client: FlaskClient) -> None:
    assert "without gap or overlap" in client.get("/findings").text


def test_an_unknown_plan_is_refused_by_name(client: FlaskClient) -> None:
    answer = client.get("/findings?plan=nope")
    assert (answer.status_code, answer.get_json()["field"]) == (400, "plan")


def test_pages_have_no_inline_style_and_no_handler() -> None:
    for path in TEMPLATE_FOLDER.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text), path.name


def test_user_text_goes_through_escaping_only() -> None:
    marked = {
        (path.name, match)
        for path in TEMPLATE_FOLDER.rglob("*.html")
        for match in re.findall(r"\{\{\s*([^}]*\|\s*safe)", path.read_text(encoding="utf-8"))
    }
    assert marked == {
        (page, part) for page in ("desk.html", "planner.html") for part in ("shell.html|safe", "shell.script|safe")
    }


def test_modules_build_pages_from_text_alone() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser"
        r"|setAttribute\(['\"]style|createContextualFragment|bindPopup|\.cssText"
    )
    for path in STATIC_FOLDER.rglob("*.js"):
        assert not forbidden.search(path.read_text(encoding="utf-8")), path.name


def test_modules_are_small_and_name_no_host() -> None:
    modules = list(STATIC_FOLDER.rglob("*.js"))
    assert len(modules) > 25
    for path in modules:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") < 250, path.name
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name


def test_every_stylesheet_is_linked_and_takes_its_colours_from_the_tokens() -> None:
    sheets = {path.stem for path in (STATIC_FOLDER / "css").glob("*.css")}
    assert sheets == {*STYLES, *PLANNER_STYLES, "report"}
    for name in sheets - {"tokens"}:
        text = (STATIC_FOLDER / "css" / f"{name}.css").read_text(encoding="utf-8")
        assert not re.search(r"url\((?!#)", text), name
        # Ink on the two strongest steps of the diverging scheme is the one colour that no theme changes.
        colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?![\w-]*[ .,{])", text))
        assert colours <= {"#14202b", "#fff"}, (name, colours)


def test_the_page_names_the_box_of_its_plan_so_that_shapes_and_figures_are_asked_for_together(
    client: FlaskClient,
) -> None:
    told = re.search(r'data-plan="([^"]+)"', client.get("/command").text)
    assert told is not None
    plan = json.loads(html.unescape(told[1]))
    desk = client.get("/api/desk").json["plan"]
    assert (plan["id"], plan["grids"]) == (desk["id"], desk["grids"])
    assert plan["bbox"] == pytest.approx(desk["bbox"])
    assert "data-plan" not in client.get("/command?plan=nowhere").text
    assert "data-plan" not in client.get("/command?as_of=never").text
