// Labels that someone else changed in between: both are shown, and the reviewer chooses one.

import { createButton, createElement, fillIn, setText } from "./dom.js";
import { imageUrl } from "./prediction_client.js";

/** @import { Texts } from "./types.d.ts" */
/** @import { Conflict } from "./correction_queue.js" */

/** @typedef {"mine" | "theirs"} Choice */

const MAX_ROWS = 20; // shown at a time; the others follow when these are resolved

export class ConflictList {
  /**
   * @param {object} actions
   * @param {(ids: string[], choice: Choice) => void} actions.onChoose
   * @param {(id: string) => void} [actions.onOpen]
   */
  constructor({ onChoose, onOpen }) {
    this.onChoose = onChoose;
    this.onOpen = onOpen;
    /** @type {Texts} */
    this.texts = {};
    this.timeFormat = new Intl.DateTimeFormat();
    /** @type {[id: string, conflict: Conflict][]} */
    this.conflicts = [];
    this.heading = createElement("h2");
    this.explanation = createElement("p");
    this.list = createElement("ul");
    this.allMineButton = createButton("button", "", () => this.chooseAll("mine"));
    this.allTheirsButton = createButton("button", "", () => this.chooseAll("theirs"));
    this.all = createElement("div", "choices", this.allTheirsButton, this.allMineButton);
    this.root = createElement("section", "conflicts card", this.heading, this.explanation, this.list, this.all);
    this.root.setAttribute("role", "alert");
    this.root.hidden = true;
  }

  /**
   * @param {Texts} texts
   * @param {Intl.DateTimeFormat} timeFormat
   */
  setTexts(texts, timeFormat) {
    Object.assign(this, { texts, timeFormat });
    setText(this.explanation, texts.conflict_more);
    setText(this.allMineButton, texts.conflict_all_mine);
    setText(this.allTheirsButton, texts.conflict_all_theirs);
    this.showRows();
  }

  /** @param {Iterable<[id: string, conflict: Conflict]>} conflicts */
  show(conflicts) {
    const shown = new Map(this.conflicts);
    this.conflicts = [...conflicts];
    // A choice that has the focus must stay, and most changes are of other predictions.
    if (shown.size !== this.conflicts.length || this.conflicts.some(([id, conflict]) => shown.get(id) !== conflict)) {
      this.showRows();
    }
  }

  showRows() {
    const count = this.conflicts.length;
    this.root.hidden = count === 0;
    const { texts } = this;
    setText(this.heading, count === 1 ? texts.conflict_one : fillIn(texts.conflicts, { count }));
    this.all.hidden = count < 2;
    this.list.replaceChildren(
      ...this.conflicts.slice(0, MAX_ROWS).map(([id, conflict]) => this.createRow(id, conflict)),
    );
  }

  /**
   * @param {string} id
   * @param {Conflict} conflict
   */
  createRow(id, { mine, theirs }) {
    const { texts } = this;
    const image = createElement("img");
    image.src = imageUrl(id);
    image.alt = fillIn(texts.one, { text: theirs.text || "–" });
    const [own, other] = [this.describe(mine.text), this.describe(theirs.label)];
    const time = theirs.labelled_at === null ? "" : this.timeFormat.format(new Date(theirs.labelled_at));
    const name = theirs.labelled_by ?? texts.conflict_someone;
    const sentence = fillIn(theirs.label === null ? texts.conflict_removed : texts.conflict_sentence, {
      mine: own,
      theirs: other,
      name,
      time,
    });
    const theirsButton = createButton("button", fillIn(texts.conflict_theirs, { label: other }), () =>
      this.onChoose([id], "theirs"),
    );
    const mineButton = createButton("button", fillIn(texts.conflict_mine, { label: own }), () =>
      this.onChoose([id], "mine"),
    );
    const choices = createElement("div", "choices", theirsButton, mineButton);
    const { onOpen } = this;
    const picture = onOpen ? createButton("picture", "", () => onOpen(id)) : createElement("span", "picture");
    picture.append(image);
    const row = createElement("li", "", picture, createElement("p", "", sentence), choices);
    row.dataset.id = id;
    return row;
  }

  /** @param {string | null} label */
  describe(label) {
    if (label === null) return this.texts.fact_no_label;
    return label === "?" ? this.texts.not_a_digit : label;
  }

  /** @param {Choice} choice */
  chooseAll(choice) {
    this.onChoose(
      this.conflicts.map(([id]) => id),
      choice,
    );
  }
}
