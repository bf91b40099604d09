"""Readme: the text that goes with the generated files."""

from __future__ import annotations

README = """\
# geodata: the demo community

**Everything here is invented.** Willow Bank community (柳岸社区), its streets, buildings, posts and incidents do not
exist; county code 990101 is no county. The place lies in empty ground near 98.49 E, 39.73 N (WGS 84), and is measured in
CGCS2000 / 3-degree Gauss-Kruger CM 99E (EPSG:4542). No person is named, numbered or labelled. The files were made by
`mapsvc/demo`, copy no data set, and carry the licence of this project.

Made again, byte for byte, by `.venv/bin/python -c "from pathlib import Path; from mapsvc.demo.write import generate;
generate(Path('geodata'), seed=7)"`. Another seed gives other land use, houses and incidents on the same streets and grids.

| file | what |
|---|---|
| `frame.geojson` | the community's outline, 1.47 km2 |
| `grids.geojson` | 6 general grids (01-06) and one special grid (07); neighbours share every vertex, coordinates on whole 1e-8 degrees |
| `sites.geojson` | the place register: streets, canal, parks, compounds, buildings with addresses and households, schools, shops, clinics, hydrants |
| `posts.json`, `departments.json` | duties and bodies; `strength` 0 is a missing force (night patrol of grid 06) |
| `task_types.toml` | the editable table of task types; the generator never overwrites it |
| `community.json` | names, time zone, the seed |
| `incidents_en.csv.gz`, `incidents_zh.csv.gz` | the same 18 months of incidents with English or Chinese titles, texts and addresses |

## Columns of the incident files
| column | meaning |
|---|---|
| `ref` | channel and an opaque reference: `app` (worker's app), `mini` (mini program), `hotline`, `desk`; no reporter |
| `task_type`, `status`, `level` | code of `task_types.toml`; state of the workflow; 1 general - 4 extreme |
| `occurred_at`, `reported_at`, `due_at`, `closed_at` | ISO 8601, UTC+8; empty = not (yet). `due_at` runs from dispatch |
| `lon`, `lat` | WGS 84 degrees, empty where the address could not be placed |
| `accuracy_m` | stated 68 % radius: app 5-30 m, mini program 10-50 m, address 8-20 m |
| `method`, `precision` | gps or address; building or place |
| `address`, `title`, `text` | words in the language of the file |
| `departments` | code of the leading department |

The files stand at Wednesday 2026-07-01 14:32 (UTC+8). Loading moves settled incidents by whole days so that the last day
is today, and leaves out what would lie in the future; weekdays and seasons move with them. The 47 open ones keep their
distance to the present moment to the minute: 4 overdue, 4 waiting for dispatch, 7 soon due, 3 not located, 5 near a grid line.

## What is planted
- **Hot spot**: 92 reports (environment, hidden danger) around the bus yard in the south-west of grid 06, spread 42 m, over
  the last 8 weeks, more of them lately. Nothing of the kind before.
- **Trend**: residential affairs in grid 05 grow in a straight line over the last 180 days, 84 reports beyond the usual rate.
- **Near lines**: 15 reports (5 of them open) lie so near a grid line that their accuracy circle crosses it; no other one does.
- Reporting as a whole grows to 1.6 times over the 18 months, as it does where channels are new. About 91 % close on time.
"""
