// Drawing a part anew without taking the focus away, as all desks do it.
export { redraw } from '../redraw.js';
