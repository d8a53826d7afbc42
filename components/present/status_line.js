// One line at the foot of the screen: a lasting problem, or for a moment what a key has changed.

import { createElement, setText } from "../shared/dom.js";

const PROBLEM_DELAY = 800; // ms, so that a connection that is restored immediately is not reported
const SHOWN_FOR = 3000; // ms

export class StatusLine {
  constructor() {
    this.node = createElement("p", "sign");
    this.node.setAttribute("role", "status");
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {string} text "" if there is no problem any more */
  showProblem(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => setText(this.node, text), text ? PROBLEM_DELAY : 0);
  }

  /** @param {string} text */
  showBriefly(text) {
    clearTimeout(this.timer);
    setText(this.node, text);
    this.timer = setTimeout(() => setText(this.node, ""), SHOWN_FOR);
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
