"""Browser files: hashed names, cured stylesheets, nothing served that the shell does not need."""

from __future__ import annotations

import gzip

import pytest

from mapsvc.errors import Broken, NotFound
from mapsvc.render.assets import OwnAssets, VendorAssets, cure_css, make_asset, vendor_assets

JS = "https://cdn.example/a.js"
CSS = "https://cdn.example/a.css"


def test_an_address_that_the_wheel_lacks_is_refused() -> None:
    with pytest.raises(Broken, match=r"other\.js"):
        VendorAssets({JS: "1"}).resolve("https://cdn.example/other.js")


def test_a_name_follows_the_content_and_nothing_else() -> None:
    one, same, other = (VendorAssets({JS: text}).resolve(JS) for text in ("let a", "let a", "let b"))
    assert one == same != other
    assert one.endswith(".js")
    assert len(one) == 16 + 3


def test_only_what_was_resolved_is_served() -> None:
    vendor = VendorAssets({JS: "let a", CSS: "p{}"})
    name = vendor.resolve(JS)
    assert vendor.get(name).body == b"let a"
    with pytest.raises(NotFound):
        vendor.get(VendorAssets({CSS: "p{}"}).resolve(CSS))


@pytest.mark.parametrize(
    "foreign", ["//cdn.example/f.woff", "https://cdn.example/f.woff", "http://cdn.example/f.svg#x"]
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_stylesheet_loses_its_foreign_addresses(foreign: str, quote: str) -> None:
    cured = cure_css(f"@font-face{{src:url({quote}{foreign}{quote})}}")
    assert "cdn.example" not in cured
    assert "url(data:,)" in cured


def test_a_stylesheet_keeps_its_own_addresses() -> None:
    text = "a{b:url(images/x.png)} c{d:url('data:image/png;base64,AA//BB')}"
    assert cure_css(text) == text


def test_every_stylesheet_of_the_wheel_is_free_of_foreign_addresses() -> None:
    from offlinefolium.elements import _res

    sheets = [cure_css(text) for url, text in _res.items() if ".css" in url]
    assert len(sheets) > 15
    assert not [text for text in sheets if "url(//" in text.replace("'", "").replace('"', "")]


def test_the_packed_form_is_the_body_and_the_same_on_every_start() -> None:
    body = b"x" * 5000
    assert gzip.decompress(make_asset("a.js", body).packed) == body
    assert make_asset("a.js", body).packed == make_asset("a.js", body).packed


def test_any_change_of_any_own_file_changes_the_version() -> None:
    files = {"js/a.js": b"1", "css/b.css": b"2"}
    versions = {
        OwnAssets(files).version,
        OwnAssets({**files, "js/a.js": b"3"}).version,
        OwnAssets({"js/a.js": b"1", "css/c.css": b"2"}).version,
    }
    assert len(versions) == 3


def test_vendor_source_maps_are_not_asked_for() -> None:
    vendor = vendor_assets()
    name = vendor.resolve("https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js")
    assert b"sourceMappingURL" not in vendor.get(name).body
