"""The map shell: what folium contributes to a page, made once from constants and placed by our template."""

from __future__ import annotations

from dataclasses import dataclass

from mapsvc.render.assets import VendorAssets


@dataclass(frozen=True, slots=True)
class ShellParts:
    """The pieces of the shell.

    scripts, styles: names under /assets/, in loading order; html: the map element; script: the text of the one
    inline script, which the page prints with its nonce.
    """

    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    html: str
    script: str


def render_shell(vendor: VendorAssets) -> ShellParts:
    """The shell of the command desk, from constants only.

    Takes no title, no bounds, no data on purpose: they reach the page as JSON, by fetch (see shell_elements).
    """
    from mapsvc.render.shell_elements import MapHandle, ShellFigure, ShellMap

    figure = ShellFigure(vendor.resolve)
    shell_map = ShellMap()
    shell_map.add_child(MapHandle())
    figure.add_child(shell_map)
    return ShellParts(*figure.parts())
