// The scene "podium": who has most points, the first three large.

import { createElement, fillIn } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */

const SHOWN = 10; // participants

export class Podium {
  constructor() {
    this.teams = createElement("ol", "teams");
    this.list = createElement("ol");
    this.node = createElement("section", "podium", this.teams, this.list);
  }

  /**
   * @param {{ name: string, score: number }[]} ranking of the participants, the best first
   * @param {{ team: number, name: string, score: number }[]} teams the best first
   * @param {Texts} texts
   */
  show(ranking, teams, texts) {
    const teamRows = teams.map(({ team, name, score }) => {
      const count = Number(score.toFixed(1));
      const points = count === 1 ? texts.team_points_one : fillIn(texts.team_points, { count });
      const row = createElement("li", "", createElement("b", "", name), createElement("span", "", points));
      row.dataset.team = String(team);
      return row;
    });
    this.teams.replaceChildren(...teamRows);
    this.teams.hidden = teams.length === 0;
    const rows = ranking.slice(0, SHOWN).map(({ name, score }) => {
      const place = 1 + ranking.filter((other) => other.score > score).length; // equal scores share a place
      const row = createElement(
        "li",
        "",
        createElement("i", "", String(place)),
        createElement("b", "", name),
        createElement("span", "", score === 1 ? texts.points_one : fillIn(texts.points, { count: score })),
      );
      if (score > 0) row.dataset.place = String(place);
      return row;
    });
    if (rows.length === 0) rows.push(createElement("li", "", createElement("b", "", texts.no_points)));
    this.list.replaceChildren(...rows);
  }
}
