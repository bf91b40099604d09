"""The folium classes of the map shell. Only `folium_map.render_shell` imports this file: folium is slow to load.

Every option is a constant. User or imported text must never come here: branca compiles rendered text a second
time as a template, so a title such as `{{...}}` would run as code.
"""

from __future__ import annotations

from collections.abc import Callable

import folium
from branca.element import CssLink, Figure, JavascriptLink, MacroElement
from folium.template import Template

LEAFLET_JS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"
LEAFLET_CSS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"


class ShellMap(folium.Map):
    """A folium map that brings Leaflet alone: no jQuery, no Bootstrap, no inline style, no page-wide rules.

    The stylesheet of the desk gives the element its size.
    """

    # Own lists: folium's are module globals that add_js_link() would change for every map of the process.
    default_js = [("leaflet", LEAFLET_JS)]  # noqa: RUF012
    default_css = [("leaflet_css", LEAFLET_CSS)]  # noqa: RUF012

    _template = Template(
        """
        {% macro html(this, kwargs) %}<div class="folium-map" id={{ this.get_name()|tojson }}></div>{% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }}
        });
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__(
            location=(0.0, 0.0),
            tiles=None,
            zoom_start=2,
            zoom_control=False,
            attributionControl=False,
            zoomSnap=0.25,
            zoomDelta=0.5,
            wheelPxPerZoomLevel=90,
            maxZoom=20,
            minZoom=2,
        )
        # A fixed id: the page is the same bytes on every start, and stylesheets can name the element.
        self._id = "desk"


class MapHandle(MacroElement):
    """Hands the Leaflet map of its parent to our modules, as `window.mapsvc.map`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        window.mapsvc = Object.assign(window.mapsvc || {}, { map: {{ this._parent.get_name() }} });
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "MapHandle"
        self._id = "desk"


class ShellFigure(Figure):
    """A figure that is taken apart after rendering: links by local name, one element, one script."""

    def __init__(self, resolve: Callable[[str], str]) -> None:
        super().__init__()
        self._resolve = resolve

    def parts(self) -> tuple[tuple[str, ...], tuple[str, ...], str, str]:
        """(scripts, stylesheets, html, script); the first two are local names. Fails on an unknown address."""
        for child in list(self._children.values()):
            child.render()
        scripts, styles = [], []
        for element in self.header._children.values():
            if isinstance(element, JavascriptLink):
                scripts.append(self._resolve(element.url))
            elif isinstance(element, CssLink):
                styles.append(self._resolve(element.url))
        return tuple(scripts), tuple(styles), self.html.render().strip(), self.script.render().strip()
