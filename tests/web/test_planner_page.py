"""The planner's pages as the server prints them."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient

MAX_PAGE_BYTES = 70_000


def messages_of(page: str) -> dict[str, str]:
    found = re.search(r'<script type="application/json" id="messages">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, str] = json.loads(found[1])
    return told


def test_the_page_is_small_and_holds_no_data(client: FlaskClient) -> None:
    for path in ("/planner", "/planner/autumn-balance"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert len(answer.data) <= MAX_PAGE_BYTES
        assert "Nine" not in answer.text


def test_it_is_light_until_somebody_chooses(client: FlaskClient) -> None:
    assert 'data-theme="light"' in client.get("/planner").text
    assert 'data-theme="dark"' in client.get("/planner?theme=dark").text
    client.set_cookie("theme", "dark")
    assert 'data-theme="dark"' in client.get("/planner").text


def test_every_desk_leads_to_the_planner_and_back(client: FlaskClient) -> None:
    assert 'href="/planner"' in client.get("/command").text
    assert 'href="/command"' in client.get("/planner").text


def test_the_sentences_of_the_planner_go_to_the_planner_only(client: FlaskClient) -> None:
    here, there = (messages_of(client.get(path).text) for path in ("/planner/x", "/command"))
    assert {key for key in here if key.startswith("planner.")}
    assert not {key for key in there if key.startswith(("planner.", "sheet."))}
    assert set(there) < set(here)


def test_modules_of_a_draft_are_fetched_ahead_and_those_of_the_list_are_not(client: FlaskClient) -> None:
    assert "js/planner/mapview.js" in client.get("/planner/x").text
    assert "modulepreload" not in client.get("/planner").text
    assert "js/planner/" not in client.get("/command").text


def test_the_map_is_there_for_a_draft_and_not_for_the_list(client: FlaskClient) -> None:
    assert "folium-map" in client.get("/planner/x").text
    assert "folium-map" not in client.get("/planner").text


def test_the_name_of_a_draft_in_the_address_stays_text(client: FlaskClient) -> None:
    page = client.get("/planner/%22%3E%3Cscript%3Ealert(1)").text
    assert "<script>alert" not in page
    assert 'data-draft="&#34;&gt;&lt;script&gt;alert(1)"' in page


def test_every_file_of_the_page_is_there(client: FlaskClient) -> None:
    names = set(re.findall(r'(?:src|href)="(/(?:assets|ui)/[^"]+)"', client.get("/planner/x").text))
    assert any("planner.css" in name for name in names)
    assert {name for name in names if client.get(name).status_code != 200} == set()


def test_an_empty_store_is_told_so_by_the_page(empty_client: FlaskClient) -> None:
    assert "data-empty" in empty_client.get("/planner").text
