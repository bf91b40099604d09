"""What a new server makes before anybody asks."""

from __future__ import annotations

from flask.testing import FlaskClient

from mapsvc.model.query import Query
from mapsvc.web.answers import kept, view
from mapsvc.web.warm import _warm_data, _warm_page, first_zooms


def test_the_zooms_are_those_the_browser_will_ask_for() -> None:
    """A degree of longitude is 182 px wide at zoom 8: 930 px hold 20 degrees at 6, 1160 px at 6.25, 1700 px at 6.75."""
    assert first_zooms((-10.0, 0.0, 10.0, 0.001), 348) == [7, 8]
    assert first_zooms((0.0, 0.0, 0.0, 0.0), 348) == [14]
    assert first_zooms((0.0, 0.0, 0.0, 0.0), 7) == [18]
    assert first_zooms((-180.0, -85.0, 180.0, 85.0), 1) == [3, 2]


def test_shapes_of_the_first_view_are_kept_before_they_are_asked_for(client: FlaskClient) -> None:
    app = client.application
    _warm_page(app)
    _warm_data(app)
    with app.test_request_context():
        plan = view().plan(Query())
        made = len(kept()._memo)
        for z in first_zooms(plan.plan.frame.bounds, len(plan.plan.grids)):
            assert client.get(f"/api/grids?z={z}").status_code == 200
        assert len(kept()._memo) == made > 0
