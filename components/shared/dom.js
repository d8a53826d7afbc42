// Building and updating elements.

/**
 * Return `text` with each `{name}` replaced by `values[name]`.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export const fillIn = (text, values) => text.replace(/{(\w+)}/g, (_, name) => String(values[name]));

/**
 * Create an element with a class ("" for none) and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function createElement(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/**
 * Create a button that never submits a form.
 * @param {string} className
 * @param {string} text
 * @param {(event: MouseEvent) => void} onClick
 */
export function createButton(className, text, onClick) {
  const button = createElement("button", className, text);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

/**
 * Set an element's text.
 *
 * An existing text node is kept: replacing it makes the browser check again every style rule that depends on
 * which nodes exist (`:has`), even if the text is the same.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  const { firstChild } = element;
  if (!(firstChild instanceof Text)) element.textContent = text;
  else if (firstChild.data !== text) firstChild.data = text;
}

/**
 * Hide or show an element. Setting `hidden` costs a style recalculation even if it changes nothing.
 * @param {HTMLElement} element
 * @param {boolean} hidden
 */
export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/**
 * Return whether a keyboard event comes from a control for typing or choosing.
 * @param {Event} event
 */
export const isTyping = (event) =>
  event
    .composedPath()
    .some(
      (target) =>
        target instanceof Element && target.matches("input:not([type=radio]), textarea, select, [contenteditable]"),
    );
