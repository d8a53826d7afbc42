// The scene "podium": who has most points, the first three large.

import { createElement, fillIn } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */

const SHOWN = 10; // participants

export class Podium {
  constructor() {
    this.list = createElement("ol");
    this.node = createElement("section", "podium", this.list);
  }

  /**
   * @param {{ name: string, score: number }[]} ranking the best first
   * @param {Texts} texts
   */
  show(ranking, texts) {
    const rows = ranking.slice(0, SHOWN).map(({ name, score }) => {
      const place = 1 + ranking.filter((other) => other.score > score).length; // equal scores share a place
      const row = createElement(
        "li",
        "",
        createElement("i", "", String(place)),
        createElement("b", "", name),
        createElement("span", "", fillIn(texts.points, { count: score })),
      );
      row.dataset.place = String(place);
      return row;
    });
    if (rows.length === 0) rows.push(createElement("li", "", createElement("b", "", texts.no_points)));
    this.list.replaceChildren(...rows);
  }
}
