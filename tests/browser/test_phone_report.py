"""A report from a phone: typed, placed, sent once, kept while there is no line."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pictures import SECRET, picture
from PIL import Image
from served import Record, serving
from square import SOUTH, STEP, WEST, StillClock, fill

from mapsvc.app import create_app
from mapsvc.config import Config
from mapsvc.model.channel import Channel
from mapsvc.model.incident import Incident
from mapsvc.store.memory import MemoryStore
from mapsvc.wiring import Services, assemble

PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True, "device_scale_factor": 1}
HERE = {"longitude": WEST + 1.5 * STEP, "latitude": SOUTH + 1.5 * STEP, "accuracy": 8}
BEFORE = 8


@pytest.fixture
def services(tmp_path: Path) -> Services:
    made = assemble(Config(tmp_path), fill(MemoryStore()), StillClock())
    made.accounts.channels.put(Channel("citizens", "Citizens", "居民", public=True), post="test")
    return made


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    with serving(create_app(services.config, services), as_role=None) as found:
        yield found


@pytest.fixture
def phone(open_page: Callable[..., Any], address: str) -> Callable[..., Any]:
    def open_(path: str = "/report?c=citizens", **more: Any) -> Any:
        page = open_page(address + path, **PHONE, permissions=["geolocation"], geolocation=HERE, **more)
        page.wait_for_selector("#map .area", state="attached")
        return page

    return open_


def typed(page: Any, text: str = "Railing loose", *, here: bool = True) -> None:
    page.select_option("#type", "lamp")
    page.fill("#text", text)
    if here:
        page.click("#here")
        page.wait_for_selector("#place:has-text('8 m')")


def sent(page: Any) -> str:
    page.wait_for_selector("#done:not([hidden]) .phone-number", timeout=10_000)
    return str(page.inner_text(".phone-number b"))


def reports(services: Services) -> list[Incident]:
    n = services.store.count_incidents()
    return services.store.list_incidents(list(range(BEFORE + 1, n + 1)))


def test_a_double_tap_stores_one_report_and_says_its_grid_and_number(
    phone: Callable[..., Any], services: Services, record: Record
) -> None:
    page = phone()
    typed(page, "Railing loose, call 13812345678")
    page.dblclick("#send")
    number = sent(page)
    (stored,) = reports(services)
    assert stored.id == number
    assert "22" in page.inner_text("#done .big")
    assert (stored.title, stored.grid_code, stored.channel) == ("Railing loose, call ***", "22", "citizens")
    assert (stored.place.method, stored.place.accuracy_m, stored.place.datum) == ("gps", 8.0, "wgs84")
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("window.__violations") == []
    assert record.complaints == []
    assert record.failed == []


def test_photos_are_made_smaller_on_the_phone_and_arrive(
    phone: Callable[..., Any], services: Services, tmp_path: Path
) -> None:
    page = phone()
    typed(page)
    names = []
    for n, form in enumerate(("JPEG", "PNG")):
        names.append(tmp_path / f"{n}.{form.lower()}")
        names[-1].write_bytes(picture(form, (2600, 1000 + n)))
    wrong = tmp_path / "wrong.jpg"
    wrong.write_bytes(b"this is no photo")
    page.set_input_files("#photo", [*names, wrong])
    page.wait_for_selector(".shot:nth-child(2) img")
    page.wait_for_selector("#trouble:not([hidden])")
    page.click("#send")
    number = sent(page)
    page.wait_for_selector("#done:has-text('Photos sent: 2')", timeout=15_000)
    photos = services.store.get_case(number).photos
    assert [photo.width_px for photo in photos] == [2048, 2048]
    data = services.photos._book.find(photos[0].id)
    assert data is not None
    assert SECRET not in data
    assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_without_a_line_the_text_is_kept_and_sent_once_when_there_is_one(
    phone: Callable[..., Any], services: Services, address: str
) -> None:
    page = phone()
    typed(page, "Kept while there is no line")
    page.context.set_offline(True)
    page.click("#send")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "kept on this phone" in page.inner_text("#trouble")
    assert "kept" in page.inner_text("#state")
    assert reports(services) == []
    page.context.set_offline(False)
    number = sent(page)
    assert [(one.id, one.title) for one in reports(services)] == [(number, "Kept while there is no line")]


def test_a_page_that_was_closed_remembers_what_was_typed(phone: Callable[..., Any], services: Services) -> None:
    page = phone()
    typed(page, "Typed before the page closed")
    page.reload()
    page.wait_for_selector("#map .area", state="attached")
    assert page.input_value("#text") == "Typed before the page closed"
    assert page.input_value("#type") == "lamp"
    page.click("#send")
    sent(page)
    assert reports(services)[0].grid_code == "22"


def test_an_answer_that_is_lost_makes_no_second_report(phone: Callable[..., Any], services: Services) -> None:
    page = phone()
    typed(page)
    lost = []

    def lose(route: Any) -> None:
        # the server has it, the phone never hears
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/reports?c=citizens", lose)
    page.click("#send")
    page.wait_for_selector("#trouble:not([hidden])")
    assert lost == [201]
    page.click("#send")
    sent(page)
    assert "before" in page.inner_text("#done h2")
    assert len(reports(services)) == 1


def test_a_tap_on_the_map_or_an_address_is_enough(phone: Callable[..., Any], services: Services) -> None:
    page = phone()
    typed(page, here=False)
    page.click("#send")
    assert "where" in page.inner_text("#trouble").lower()
    assert page.evaluate("document.activeElement.id") == "address"
    page.click("#map", position={"x": 150, "y": 100})
    page.click("#send")
    sent(page)
    page.click("#done .phone-send")
    typed(page, here=False)
    page.fill("#address", "9 Nowhere Street")
    page.click("#send")
    sent(page)
    page.wait_for_selector("#done:has-text('looks for the place')")
    first, second = reports(services)
    assert (first.place.method, first.place.lon is not None) == ("map_click", True)
    assert (second.place.address, second.place.lon) == ("9 Nowhere Street", None)


@pytest.mark.parametrize(("lang", "width"), [("en", 320), ("zh", 360)])
def test_everything_fits_a_small_phone_and_a_thumb(open_page: Any, address: str, lang: str, width: int) -> None:
    page = open_page(f"{address}/report?c=citizens&lang={lang}", viewport={"width": width, "height": 640})
    page.wait_for_selector("#map .area", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """[...document.querySelectorAll('button, select, input:not(.sr), textarea, label.btn, #map a')]
            .filter((it) => it.offsetParent && it.getBoundingClientRect().height < 44)
            .map((it) => it.id || it.className)"""
    )
    assert small == []
    tiny = page.evaluate(
        """[...document.querySelectorAll('.phone *')].filter((it) => it.offsetParent && it.childNodes.length
            && [...it.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
            && parseFloat(getComputedStyle(it).fontSize) < 15).map((it) => it.className)"""
    )
    assert tiny == []
