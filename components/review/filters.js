// The form of filters, and the order and the view beside it.

import { createElement } from "../shared/dom.js";
import { FILTERS } from "./url_state.js";

const TYPING_PAUSE = 60; // ms

export class FilterForm {
  // chosen(values): filters, order or view were changed by hand.
  constructor(chosen) {
    this.chosen = chosen;
    this.waiting = {}; // values given a moment ago
    this.fields = {
      text: this.typed({ maxLength: 64, inputMode: "numeric" }),
      digit: this.choice(),
      label: this.typed({ maxLength: 64, inputMode: "numeric" }),
      state: this.choice(),
      verdict: this.choice(),
      source: this.choice(),
      model: this.choice(),
      day: this.typed({ type: "date" }),
      min_confidence: this.typed({ type: "number", min: 0, max: 100, step: 1, inputMode: "numeric" }),
      max_confidence: this.typed({ type: "number", min: 0, max: 100, step: 1, inputMode: "numeric" }),
    };
    this.order = this.choice();
    this.view = this.choice();
    this.confused = createElement("span", "chip");
    this.reset = createElement("button", "button");
    this.reset.type = "button";
    this.summary = createElement("summary");
    const fields = Object.values(this.fields).map(({ label }) => label);
    const grid = createElement("div", "fields", ...fields, this.reset);
    this.root = createElement("details", "filters", this.summary, grid);
    this.root.open = matchMedia("(min-width: 761px)").matches;
    this.reset.addEventListener("click", () => this.clear());
    this.listen();
  }

  typed(attributes) {
    return this.field(Object.assign(createElement("input"), attributes));
  }

  choice() {
    return this.field(createElement("select"));
  }

  field(input) {
    const name = createElement("span");
    return { input, name, label: createElement("label", "field", name, input) };
  }

  listen() {
    for (const [name, { input }] of Object.entries(this.fields)) {
      const typed = input.tagName === "INPUT";
      input.addEventListener(typed ? "input" : "change", () => {
        clearTimeout(this.pause);
        Object.assign(this.waiting, this.valueOf(name));
        this.pause = setTimeout(() => this.chooseWaiting(), typed ? TYPING_PAUSE : 0);
      });
    }
    this.order.input.addEventListener("change", () => this.chosen({ order: this.order.input.value }));
    this.view.input.addEventListener("change", () => this.chosen({ as: this.view.input.value }));
  }

  chooseWaiting() {
    const values = this.waiting;
    this.waiting = {};
    this.chosen(values);
  }

  valueOf(name) {
    const { value, validity } = this.fields[name].input;
    if (name === "state") return STATES[value] ?? { labelled: null, wrong: null };
    if (!name.endsWith("_confidence")) return { [name]: validity.valid ? value.trim() : null };
    return { [name]: value === "" || !validity.valid ? null : String(Number(value) / 100) };
  }

  clear() {
    clearTimeout(this.pause);
    this.waiting = {};
    this.chosen(Object.fromEntries(FILTERS.map((name) => [name, null])));
  }

  speak(texts) {
    this.texts = texts;
    this.summary.textContent = texts.filters;
    this.reset.textContent = texts.reset;
    for (const [name, { name: label }] of Object.entries(this.fields)) label.textContent = texts[name];
    this.order.name.textContent = texts.order;
    this.view.name.textContent = texts.as;
    const any = ["", texts.any];
    const named = (names, prefix) => names.map((name) => [name, texts[`${prefix}${name}`]]);
    options(this.fields.digit, [any, ...TEN_DIGITS.map((digit) => [digit, digit])]);
    options(this.fields.state, [any, ...named(Object.keys(STATES), "state_")]);
    options(this.fields.verdict, [any, ...named(["digit", "unsure", "not_a_digit"], "verdict_")]);
    options(this.fields.source, [any, ...named(["pad", "upload", "sample"], "")]);
    options(this.order, [
      ["", texts.order_newest],
      ["doubtful", texts.order_doubtful],
    ]);
    options(this.view, [
      ["", texts.as_grid],
      ["list", texts.as_list],
    ]);
    this.offerModels(this.models ?? []);
  }

  // Versions of the network, the newest first.
  offerModels(models) {
    this.models = models;
    const chosen = this.shownModel;
    const all = chosen && !models.includes(chosen) ? [chosen, ...models] : models;
    options(this.fields.model, [["", this.texts.any], ...all.map((model) => [model, model])]);
    this.fields.model.input.value = chosen ?? "";
  }

  // Show what the address says.
  show(address) {
    this.shownModel = address.get("model");
    this.offerModels(this.models ?? []);
    for (const [name, { input }] of Object.entries(this.fields)) {
      const value = name === "state" ? stateOf(address) : this.shownValue(name, address.get(name));
      if (input.value !== value) input.value = value;
    }
    this.order.input.value = address.get("order") ?? "";
    this.view.input.value = address.get("as") ?? "";
    this.reset.hidden = !address.filtered;
    this.showConfused(address.get("confused"));
  }

  shownValue(name, value) {
    if (value === null) return "";
    return name.endsWith("_confidence") ? String(Number((Number(value) * 100).toFixed(2))) : value;
  }

  showConfused(pair) {
    this.confused.hidden = !pair;
    if (!pair) return;
    const [truth, read] = pair.split(">");
    const remove = createElement("button", "", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", this.texts.reset);
    remove.addEventListener("click", () => this.chosen({ confused: null }));
    this.confused.replaceChildren(`${truth} → ${read} `, remove);
  }

  destroy() {
    clearTimeout(this.pause);
  }
}

export const TEN_DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const STATES = {
  unlabelled: { labelled: "false", wrong: null },
  labelled: { labelled: "true", wrong: null },
  wrong: { labelled: null, wrong: "true" },
  right: { labelled: null, wrong: "false" },
};

function stateOf(address) {
  if (address.get("wrong")) return address.get("wrong") === "true" ? "wrong" : "right";
  if (address.get("labelled")) return address.get("labelled") === "true" ? "labelled" : "unlabelled";
  return "";
}

export function options({ input }, choices) {
  const { value } = input;
  input.replaceChildren(...choices.map(([choice, name]) => new Option(name, choice)));
  input.value = choices.some(([choice]) => choice === value) ? value : "";
}
