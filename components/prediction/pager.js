// The controls that turn the pages of a file: a PDF or a scan of several pages.

import { createButton, createElement, fillIn, setHidden, setText } from "../shared/dom.js";

/** @import { FilePage, Texts } from "../shared/types.d.ts" */

export class Pager {
  /** @param {(page: FilePage) => void} showPage */
  constructor(showPage) {
    this.showPage = showPage;
    /** @type {FilePage[]} */
    this.pages = [];
    this.count = 0;
    this.index = 0;
    /** @type {Texts} */
    this.texts = {};
    this.previous = createButton("button", "‹", () => this.turn(-1));
    this.next = createButton("button", "›", () => this.turn(1));
    this.label = createElement("span");
    this.label.setAttribute("aria-live", "polite");
    this.element = createElement("div", "pager", this.previous, this.label, this.next);
    this.element.hidden = true;
  }

  /**
   * Start with the first of these pages; none hides the controls.
   * @param {FilePage[]} pages
   * @param {number} count number of pages in the file, blank ones included
   */
  setPages(pages, count) {
    this.pages = pages;
    this.count = count;
    this.index = 0;
    this.render();
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.previous.setAttribute("aria-label", texts.previous_page);
    this.next.setAttribute("aria-label", texts.next_page);
    this.render();
  }

  /** @param {-1 | 1} step */
  turn(step) {
    const index = this.index + step;
    if (index < 0 || index >= this.pages.length) return;
    this.index = index;
    this.render();
    this.showPage(this.pages[index]);
  }

  render() {
    setHidden(this.element, this.pages.length === 0);
    if (this.pages.length === 0) return;
    const { page } = this.pages[this.index];
    setText(this.label, fillIn(this.texts.page, { page, count: this.count }));
    this.previous.disabled = this.index === 0;
    this.next.disabled = this.index === this.pages.length - 1;
    const single = this.pages.length === 1;
    setHidden(this.previous, single);
    setHidden(this.next, single);
  }
}
