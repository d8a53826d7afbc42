// Whose predictions are shown, and those with which digit.

import { createElement, setText } from "../shared/dom.js";
import { DIGITS } from "../shared/probabilities.js";

/** @import { Texts } from "../shared/types.d.ts" */

/** @typedef {{ mine: string, everyone: string }} Readers who sees what is shown, by the chosen scope */

export class HistoryFilter {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {number | null} */
    this.digit = null;
    this.everyone = false; // the chosen scope
    this.hasScopes = false;
    /** @type {Readers} */
    this.readers = { mine: "", everyone: "" };
    this.mine = createChoice("scope", true, () => this.setScope(false));
    this.everyones = createChoice("scope", false, () => this.setScope(true));
    this.scope = createElement("div", "filter scope", this.mine.label, this.everyones.label);
    this.scope.setAttribute("role", "radiogroup");
    this.readersNote = createElement("p", "line");
    this.choices = [null, ...DIGITS].map((digit) => ({
      digit,
      ...createChoice("digit", digit === null, () => this.setDigit(digit)),
    }));
    this.digits = createElement("div", "filter", ...this.choices.map(({ label }) => label));
    this.digits.setAttribute("role", "radiogroup");
    this.parts = [this.scope, this.readersNote, this.digits];
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.scope.setAttribute("aria-label", texts.scope);
    setText(this.mine.name, texts.mine);
    setText(this.everyones.name, texts.everyone);
    this.digits.setAttribute("aria-label", texts.filter);
    for (const { digit, name } of this.choices) setText(name, digit === null ? texts.all : String(digit));
  }

  /**
   * @param {boolean} hasScopes
   * @param {Readers} readers
   */
  update(hasScopes, readers) {
    Object.assign(this, { hasScopes, readers });
    this.showReaders();
  }

  showReaders() {
    this.scope.hidden = !this.hasScopes;
    setText(this.readersNote, this.own ? this.readers.mine : this.readers.everyone);
  }

  /** Whether only the visitor's own predictions are wanted, of all that they may see. */
  get own() {
    return this.hasScopes && !this.everyone;
  }

  /** @param {boolean} everyone */
  setScope(everyone) {
    this.everyone = everyone;
    this.showReaders();
    this.onChange();
  }

  /** @param {number | null} digit */
  setDigit(digit) {
    this.digit = digit;
    this.onChange();
  }
}

/**
 * Return a radio button.
 * @param {string} group
 * @param {boolean} checked
 * @param {() => void} onChoose
 */
function createChoice(group, checked, onChoose) {
  const input = createElement("input");
  Object.assign(input, { type: "radio", name: group, checked });
  input.addEventListener("change", onChoose);
  const name = createElement("span");
  return { name, label: createElement("label", "", input, name) };
}
