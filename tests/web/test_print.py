"""Sheets over HTTP: of a plan, of a grid, of a draft; what is not there is a 404."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("path", "media"), [("/print/plan.pdf", "application/pdf"), ("/print/grid/22.png", "image/png")]
)
def test_a_sheet_comes_as_the_file_that_was_asked_for(client: Any, path: str, media: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == media
    assert answer.data[:4] in (b"%PDF", b"\x89PNG")
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_sheet_is_made_in_both_languages_and_sizes(client: Any) -> None:
    pages = {client.get(f"/print/plan.pdf?{asked}").data for asked in ("lang=en", "lang=zh", "lang=en&size=a3")}
    assert len(pages) == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/print/grid/99.pdf", 404),
        ("/print/plan.svg", 404),
        ("/print/plan.pdf?size=a0", 400),
        ("/print/plan.pdf?plan=none", 400),
        ("/print/plan.pdf?nonsense=1", 400),
        ("/print/grid/..%2f..%2fetc.pdf", 404),
    ],
)
def test_what_cannot_be_printed_is_refused(client: Any, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
