// Builds elements from text and attributes. There is no way in here to pass markup: text stays text.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, any>} Attributes  `class`, `data`, `on` (event -> handler), `aria`, anything else is an attribute
 */

/**
 * @param {Element} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === 'data') for (const [key, text] of Object.entries(value)) node.setAttribute(`data-${key}`, String(text));
    else if (name === 'aria') for (const [key, text] of Object.entries(value)) node.setAttribute(`aria-${key}`, String(text));
    // `style` is refused by the content security policy, `on*` would be script: both are mistakes of ours.
    else if (name === 'style' || /^on/i.test(name)) throw new Error(`attribute ${name} is not allowed`);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false).map(textOrNode));
  return node;
}

/** @param {Node | string | number} child */
function textOrNode(child) {
  return child instanceof Node ? child : String(child);
}

/**
 * An HTML element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...any} children  Child, or lists of them, as deep as they come
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (dress(document.createElement(tag), attributes, children));
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...any} children  Child, or lists of them, as deep as they come
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (dress(document.createElementNS(SVG, tag), attributes, children));
}

/**
 * Replace what an element holds.
 * @param {Element} node
 * @param {...any} children  Child, or lists of them, as deep as they come
 */
export function fill(node, ...children) {
  node.replaceChildren();
  dress(node, {}, children);
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * Set a length by the object model, which the policy allows where a style attribute is refused.
 * @param {HTMLElement} node @param {string} property @param {string} value
 */
export function measureOut(node, property, value) {
  node.style.setProperty(property, value);
  return node;
}
