// The bar at the foot: what is selected, a button for each key, and how saving goes.

import { createElement, fillIn } from "../shared/dom.js";
import { TEN_DIGITS } from "./filters.js";

export class CorrectionBar {
  // said(text): the selected readings show this. right(), undo(), open(), remove(). named(name).
  constructor(actions) {
    this.actions = actions;
    this.count = createElement("p", "count");
    this.count.setAttribute("role", "status");
    this.digits = TEN_DIGITS.map((digit) => this.key(digit, () => actions.said(digit)));
    this.none = this.key("×", () => actions.said("?"));
    this.right = this.key("✓", () => actions.right());
    this.keys = createElement("div", "keys", ...this.digits, this.none, this.right);
    this.keys.setAttribute("role", "group");
    this.number = createElement("input", "number");
    Object.assign(this.number, { inputMode: "numeric", maxLength: 64, autocomplete: "off" });
    this.number.addEventListener("keydown", (event) => this.typedKey(event));
    this.open = this.button(() => actions.open());
    this.delete = this.button(() => actions.remove());
    this.undo = this.button(() => actions.undo());
    this.name = createElement("input");
    Object.assign(this.name, { maxLength: 64, autocomplete: "nickname" });
    this.name.addEventListener("change", () => actions.named(this.name.value));
    this.nameLabel = createElement("span");
    this.state = createElement("p", "state");
    this.state.setAttribute("role", "status");
    this.help = createElement("p", "help");
    const tools = createElement("div", "tools", this.number, this.open, this.delete, this.undo);
    const who = createElement("label", "who", this.nameLabel, this.name);
    this.root = createElement("section", "bar card", this.count, this.keys, tools, who, this.state, this.help);
  }

  key(name, action) {
    const button = createElement("button", "key", name);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  button(action) {
    const button = createElement("button", "button");
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  // Let a number be typed, beginning with what was pressed.
  type(begin = "") {
    this.number.value = begin;
    this.number.focus();
  }

  typedKey(event) {
    event.stopPropagation();
    if (event.key === "Escape") this.actions.back();
    if (event.key !== "Enter") return;
    const text = this.number.value.trim().replace(/[xX×]/g, "?");
    if (!/^[0-9?]{1,64}$/.test(text)) return;
    this.number.value = "";
    this.actions.said(text);
    this.actions.back();
  }

  speak(texts) {
    this.texts = texts;
    this.root.setAttribute("aria-label", texts.bar);
    this.keys.setAttribute("aria-label", texts.bar);
    this.digits.forEach((button, digit) => title(button, fillIn(texts.say_digit, { digit })));
    title(this.none, texts.say_none);
    title(this.right, texts.say_right);
    this.number.placeholder = texts.type;
    title(this.number, texts.type_key);
    for (const name of ["open", "undo"]) {
      this[name].textContent = texts[name];
      this[name].title = texts[`${name}_key`];
    }
    this.delete.textContent = texts.delete;
    this.nameLabel.textContent = texts.by;
    this.name.placeholder = texts.by_hint;
    this.help.textContent = texts.keys;
  }

  showSelection(count, steps) {
    const { texts } = this;
    if (count === 0) this.count.textContent = texts.selected_none;
    else this.count.textContent = count === 1 ? texts.selected_one : fillIn(texts.selected, { count });
    for (const button of [...this.digits, this.none, this.right, this.number, this.delete])
      button.disabled = count === 0;
    this.open.disabled = count !== 1;
    this.undo.disabled = steps === 0;
  }

  showState(corrections, message) {
    const { texts } = this;
    const count = corrections.unsaved;
    this.state.dataset.state = corrections.stuck ? "stuck" : count ? "saving" : "saved";
    const ever = corrections.steps.length > 0 || count > 0 || this.state.textContent !== "";
    const saved = ever ? texts.saved : "";
    this.state.textContent =
      message || (count ? fillIn(corrections.stuck ? texts.stuck : texts.saving, { count }) : saved);
  }
}

export function title(control, text) {
  control.title = text;
  control.setAttribute("aria-label", text);
}
