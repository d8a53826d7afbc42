// A Streamlit component (Components v2) as an object that lives as long as its element.

import { rerunPage } from "./page_link.js";

const RETURN_TIME = 3000; // ms after which a component that went away without a change of page is missing

/**
 * @template Data
 * @typedef {object} ComponentArguments what Streamlit calls a component with, at each run of the page
 * @property {[Data]} data in a list, in which Streamlit looks for no data frames (components/assets.py)
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * @template Data
 * @typedef {object} Panel
 * @property {(data: Data) => void} update show the data of the newest run
 * @property {() => void} destroy stop listening; the element is going away
 */

/**
 * Return a component's default export, which creates a panel at the first run and updates it at every
 * other.
 * @template Data
 * @param {(args: ComponentArguments<Data>) => Panel<Data>} create
 */
export function defineComponent(create) {
  /** @type {WeakMap<Node, Panel<Data>>} */
  const panels = new WeakMap();
  let count = 0; // panels that there are
  return (/** @type {ComponentArguments<Data>} */ args) => {
    const { data, parentElement } = args;
    let panel = panels.get(parentElement);
    if (!panel) {
      panel = create(args);
      panels.set(parentElement, panel);
      count += 1;
    }
    panel.update(data[0]);
    return () => {
      panel.destroy();
      panels.delete(parentElement);
      parentElement.replaceChildren();
      count -= 1;
      const { pathname } = window.location;
      // Where messages were lost with the connection, Streamlit removes what it believes to be old.
      const isMissing = () => count === 0 && window.location.pathname === pathname;
      setTimeout(() => isMissing() && rerunPage(), RETURN_TIME);
    };
  };
}
