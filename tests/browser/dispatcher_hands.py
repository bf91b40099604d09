"""What a duty officer's hands do to an incident, for tests and pictures."""

from __future__ import annotations

from typing import Any

from served import settled

WAITING = ".needs .item:has(.s-waiting):not(:has-text('hidden')):not(:has-text('不显示'))"


def open_waiting(page: Any, place: int = 0) -> None:
    """Open a matter that waits for dispatch, until its button is ready."""
    settled(page)
    page.click(f"{WAITING} >> nth={place}")
    page.wait_for_selector("#panel [data-main]:not(:disabled)")
    page.wait_for_timeout(400)


def choose_who(page: Any) -> None:
    """The list of all who could go."""
    open_waiting(page)
    page.keyboard.press("c")
    page.wait_for_selector(".case-choice")


def move_pin(page: Any) -> None:
    """The pin a little to the north, before it is sent."""
    open_waiting(page)
    page.click("[data-id=move-pin]")
    page.wait_for_selector(".case-pin")
    box = page.locator(".case-pin").bounding_box()
    page.mouse.click(box["x"] + 22, box["y"] - 60)
    page.wait_for_selector("[data-pin=to]")


def compare(page: Any) -> None:
    """A matter beside the one it may repeat."""
    settled(page)
    for row in page.locator(".needs .item").all()[:12]:
        row.click()
        page.wait_for_selector(".case [data-part=history] li")
        found = page.locator("[data-id^=compare-]")
        if found.count():
            found.first.click()
            page.wait_for_selector(".case-compare")
            page.locator(".case-compare").scroll_into_view_if_needed()
            return


def dispatch(page: Any) -> None:
    """Two clicks; the undo counts."""
    open_waiting(page)
    page.click("#panel [data-main]")
    page.wait_for_selector(".case-undo")


WAYS = {"case": open_waiting, "who": choose_who, "pin": move_pin, "compare": compare, "dispatch": dispatch}
