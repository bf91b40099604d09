// Starts the parts of the page in order; each listens for the state it shows.
import { app, emit, on } from './app.js';
import { startAccount } from './account/chip.js';
import { startDesk } from './desk.js';
import { startEditions } from './editions.js';
import { startFilter } from './filter.js';
import { leaveIncident } from './incident.js';
import { startKeys } from './keys.js';
import { startBase } from './layers/base.js';
import { startCompare } from './layers/compare.js';
import { startDensity } from './layers/density.js';
import { startGrids } from './layers/grids.js';
import { startHotCells } from './layers/hotcells.js';
import { startIncidents } from './layers/incidents.js';
import { startLabels } from './layers/labels.js';
import { startNetworks } from './layers/networks.js';
import { startPosts } from './layers/posts.js';
import { startLegend } from './legend.js';
import { startLive } from './live.js';
import { startMap } from './map.js';
import { startNotice } from './notice.js';
import { startPanel } from './panel.js';
import { startPeriod } from './period.js';
import { startRail } from './rail.js';
import { startStrip } from './strip.js';
import { startTheme } from './theme.js';
import { startTimebar } from './timebar.js';
import { startWall } from './wall.js';

startNotice();
startWall();
startTheme();
startAccount();
startLive();
startEditions();
startRail();
startStrip();
if (!app.view.wall) {
  startFilter();
  startPeriod();
  startPanel();
  startTimebar();
}
const isEmpty = 'empty' in document.documentElement.dataset;
if (app.view.wall && isEmpty) startPanel();
startLegend();
startKeys();
// The frame of the page has its parts before the map measures its room.
startMap();
for (const start of [startBase, startGrids, startIncidents, startLabels, startDensity, startHotCells, startPosts, startNetworks, startCompare]) start();
on('view', (changed) => { if (changed.has('sel') && !app.view.sel.startsWith('inc:')) leaveIncident(); });
if (app.problems.length) emit('problems', app.problems);
// Without a plan there is nothing to ask for: the panel says which command brings one.
if (!isEmpty) startDesk();
