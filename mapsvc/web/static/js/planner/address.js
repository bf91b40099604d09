// The address of the planner's view follows the tool and the chosen edge, and the other way round.
import { app, on, setView } from '../app.js';
import { change, hear, plan } from './state.js';

export function startAddress() {
  hear('tool', () => setView({ tool: plan.tool === 'pick' ? '' : plan.tool }, { replace: true }));
  hear('chosen', () => setView({ edge: plan.chosen?.arc === undefined ? '' : String(plan.chosen.arc) }, { replace: true }));
  on('view', (changed) => {
    if (changed.has('tool') && (app.view.tool || 'pick') !== plan.tool) takeTool();
  });
  if (app.view.tool) takeTool();
  let first = Boolean(app.view.edge);
  hear('shapes', () => {
    const arc = Number(app.view.edge);
    if (!first || !plan.arcs.has(arc)) return;
    first = false;
    change({ chosen: { kind: 'arc', arc } }, 'chosen');
  });
}

function takeTool() {
  change({ tool: app.view.tool || 'pick' }, 'tool');
}
