"""The shell is made by folium, from constants, with Leaflet alone."""

from __future__ import annotations

import inspect
import re

import folium
import pytest

from mapsvc.errors import Broken
from mapsvc.render.assets import VendorAssets, vendor_assets
from mapsvc.render.folium_map import render_shell


def test_the_shell_is_a_folium_map_with_one_script_and_one_stylesheet() -> None:
    from mapsvc.render.shell_elements import ShellMap

    parts = render_shell(vendor_assets())
    assert isinstance(ShellMap(), folium.Map)
    assert (len(parts.scripts), len(parts.styles)) == (1, 1)
    assert parts.html == '<div class="folium-map" id="map_desk"></div>'
    assert 'L.map("map_desk"' in parts.script.replace("\n", "")


def test_the_shell_is_the_same_bytes_each_time() -> None:
    assert render_shell(vendor_assets()) == render_shell(vendor_assets())


def test_the_shell_names_no_host_and_holds_no_inline_style() -> None:
    parts = render_shell(vendor_assets())
    whole = parts.html + parts.script
    assert not re.search(r"https?:|//[a-z]", whole)
    assert "style" not in whole


def test_the_shell_takes_nothing_but_the_browser_files() -> None:
    # Text of a user could only come in by a parameter; there is none.
    assert list(inspect.signature(render_shell).parameters) == ["vendor"]


def test_a_missing_library_stops_the_shell() -> None:
    with pytest.raises(Broken):
        render_shell(VendorAssets({}))


def test_other_folium_maps_of_the_process_keep_their_files() -> None:
    render_shell(vendor_assets())
    assert len(folium.Map.default_js) > 1
    assert "jquery" in str(folium.Map.default_js)
