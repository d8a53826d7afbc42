// The form of filters, with the order and the layout.

import { createField, setOptions } from "../shared/controls.js";
import { timeZone } from "../shared/dates.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { asciiDigits } from "../shared/format.js";
import { DIGITS } from "../shared/probabilities.js";
import { FILTERS } from "./url_state.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { Field } from "../shared/controls.js" */
/** @import { Parameter, UrlState } from "./url_state.js" */

const TYPING_PAUSE = 60; // ms after the last key press until the input is applied

/**
 * @typedef {{ [name in Parameter]?: string | null }} Values of the URL's parameters; null: none
 * @typedef {keyof typeof STATES} CorrectionState
 */

/** The choices of the field `state`, which stands for two filters. */
const STATES = {
  unlabelled: { labelled: "false", wrong: null },
  labelled: { labelled: "true", wrong: null },
  wrong: { labelled: null, wrong: "true" },
  right: { labelled: null, wrong: "false" },
};

/**
 * Return the choice of the field `state` that the URL's filters stand for; "" for none.
 * @param {Pick<UrlState, "get">} url
 */
export function correctionState(url) {
  const wrong = url.get("wrong");
  if (wrong) return wrong === "true" ? "wrong" : "right";
  const labelled = url.get("labelled");
  if (labelled) return labelled === "true" ? "labelled" : "unlabelled";
  return "";
}

/**
 * Return a confidence of 0 to 1 in the URL as the percentage in the form; what is no number stays as it is.
 * @param {string} confidence
 */
export function confidenceToPercent(confidence) {
  const share = Number(confidence);
  return Number.isNaN(share) ? confidence : String(Number((share * 100).toFixed(2)));
}

/**
 * Return a percentage in the form, such as "99,5 %", as a confidence of 0 to 1 in the URL; null for an empty field.
 * What is no number stays as it is.
 * @param {string} typed
 */
export function percentToConfidence(typed) {
  const text = asciiDigits(typed).trim();
  if (text === "") return null;
  const percent = Number(text.replace(/\s*[%％]$/, "").replace(",", "."));
  return Number.isNaN(percent) ? text : String(Number((percent / 100).toFixed(6)));
}

export class FilterForm {
  /** @param {(values: Values) => void} onChange called when the visitor changes filters, order or layout */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Texts} */
    this.texts = {};
    /** @type {Values} typed a moment ago and not applied yet */
    this.pending = {};
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pendingTimer = undefined;
    /** @type {string[]} */
    this.models = [];
    /** @type {string | null} */
    this.chosenModel = null;
    const percentage = { maxLength: 64, inputMode: "decimal" };
    const selects = {
      digit: createField(createElement("select")),
      state: createField(createElement("select")),
      verdict: createField(createElement("select")),
      source: createField(createElement("select")),
      model: createField(createElement("select")),
    };
    this.selects = selects;
    /** @type {Record<string, Field<HTMLInputElement | HTMLSelectElement>>} */
    this.fields = {
      text: createInputField({ maxLength: 64, inputMode: "numeric" }),
      digit: selects.digit,
      label: createInputField({ maxLength: 64, inputMode: "numeric" }),
      state: selects.state,
      verdict: selects.verdict,
      source: selects.source,
      model: selects.model,
      from: createInputField({ type: "date" }),
      to: createInputField({ type: "date" }),
      min_confidence: createInputField(percentage),
      max_confidence: createInputField(percentage),
    };
    this.order = createField(createElement("select"));
    this.layout = createField(createElement("select"));
    this.chips = createElement("div", "chips");
    this.note = createElement("p", "line");
    this.otherErrors = createElement("p", "error");
    this.otherErrors.setAttribute("role", "status");
    this.resetButton = createButton("button", "", () => this.reset());
    this.summary = createElement("summary");
    const fields = Object.values(this.fields).map((field) => field.root);
    this.root = createElement("details", "filters", this.summary);
    this.root.append(createElement("div", "fields", ...fields, this.resetButton), this.note, this.otherErrors);
    this.root.open = matchMedia("(min-width: 761px) and (not (max-height: 32rem))").matches;
    this.listen();
  }

  listen() {
    for (const [name, { input }] of Object.entries(this.fields)) {
      const typed = input instanceof HTMLInputElement;
      input.addEventListener(typed ? "input" : "change", () => {
        clearTimeout(this.pendingTimer);
        if (input.validity.badInput) {
          // such as 30 February: the browser reports no value
          this.fields[name].setError(fillIn(this.texts.error_day, { value: "" }));
          return;
        }
        Object.assign(this.pending, this.valuesOf(name));
        this.pendingTimer = setTimeout(() => this.applyPending(), typed ? TYPING_PAUSE : 0);
      });
    }
    this.order.input.addEventListener("change", () => this.onChange({ order: this.order.input.value }));
    this.layout.input.addEventListener("change", () => this.onChange({ as: this.layout.input.value }));
  }

  applyPending() {
    const values = this.pending;
    this.pending = {};
    this.onChange(values);
  }

  /**
   * Return the parameters that a field stands for.
   * @param {string} name
   * @returns {Values}
   */
  valuesOf(name) {
    const { value } = this.fields[name].input;
    if (name === "state") return STATES[/** @type {CorrectionState} */ (value)] ?? { labelled: null, wrong: null };
    return { [name]: isConfidence(name) ? percentToConfidence(value) : value.trim() };
  }

  reset() {
    clearTimeout(this.pendingTimer);
    this.pending = {};
    this.onChange(Object.fromEntries(FILTERS.map((name) => [name, null])));
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    setText(this.summary, texts.filters);
    setText(this.resetButton, texts.reset);
    for (const [name, field] of Object.entries(this.fields)) setText(field.name, texts[name]);
    setText(this.order.name, texts.order);
    setText(this.layout.name, texts.view);
    const { digit, state, verdict, source } = this.selects;
    this.setChoices(digit, DIGITS.map(String), (name) => name);
    this.setChoices(state, Object.keys(STATES), (name) => texts[`state_${name}`]);
    this.setChoices(verdict, ["digit", "unsure", "not_a_digit"], (name) => texts[`verdict_${name}`]);
    this.setChoices(source, ["pad", "upload", "sample"], (name) => texts[name]);
    setOptions(this.order.input, [
      ["", texts.order_newest],
      ["doubtful", texts.order_doubtful],
      ["useful", texts.order_useful],
    ]);
    setOptions(this.layout.input, [
      ["", texts.view_grid],
      ["list", texts.view_list],
    ]);
    setText(this.note, fillIn(texts.zone, { zone: timeZone() }));
    this.setModels(this.models);
  }

  /**
   * @param {Field<HTMLSelectElement>} field
   * @param {string[]} values "any" comes before them
   * @param {(value: string) => string} nameOf
   */
  setChoices(field, values, nameOf) {
    setOptions(field.input, [
      ["", this.texts.any],
      ...values.map((value) => /** @type {const} */ ([value, nameOf(value)])),
    ]);
  }

  /**
   * Offer versions of the network, and the chosen one even if it is not among them.
   * @param {string[]} models
   */
  setModels(models) {
    this.models = models;
    const chosen = this.chosenModel;
    const choices = chosen && !models.includes(chosen) ? [chosen, ...models] : models;
    this.setChoices(this.selects.model, choices, (model) => model);
    this.selects.model.input.value = chosen ?? "";
  }

  /**
   * Show the URL's parameters.
   * @param {UrlState} url
   */
  show(url) {
    this.chosenModel = url.get("model");
    this.setModels(this.models);
    for (const [name, { input }] of Object.entries(this.fields)) {
      const value = formValue(name, url);
      // An assignment would move the cursor, and turn what is being typed, such as "99," into "99".
      if (valueInUrl(name, input.value) !== value) input.value = value;
    }
    this.showErrors(url);
    this.order.input.value = url.get("order") ?? "";
    this.layout.input.value = url.get("as") ?? "";
    this.resetButton.hidden = !url.filtered;
    this.showChips(url);
  }

  /**
   * Say what is wrong with the URL's parameters: at their fields, or below the form for those without one.
   * @param {UrlState} url
   */
  showErrors(url) {
    const { errors } = url;
    /** @type {Record<string, string[]>} */
    const messages = {};
    for (const [name, error] of Object.entries(errors)) {
      const field = name === "labelled" || name === "wrong" ? "state" : name;
      const value = url.get(/** @type {Parameter} */ (name)) ?? "";
      const shown = isConfidence(name) ? confidenceToPercent(value) : value;
      const message = fillIn(this.texts.error_ignored, { message: fillIn(this.texts[error], { value: shown }) });
      messages[field] = [...(messages[field] ?? []), message];
    }
    for (const [name, field] of Object.entries(this.fields)) {
      field.setError(messages[name]?.join(" ") ?? "");
      delete messages[name];
    }
    const others = Object.entries(messages).map(([name, [message]]) => `${name}: ${message}`);
    setText(this.otherErrors, others.join(" "));
    if (Object.keys(errors).length) this.root.open = true;
  }

  /** Return the filters in words, as a name for the view. */
  describe() {
    const parts = Object.values(this.fields).flatMap(({ input, name }) => {
      if (!input.value) return [];
      const value = input instanceof HTMLSelectElement ? input.selectedOptions[0]?.text : input.value;
      return [`${name.textContent}: ${value}`];
    });
    const { order } = this;
    if (order.input.value) parts.push(order.input.selectedOptions[0].text);
    return parts.join(", ").slice(0, 80) || this.texts.view_all;
  }

  /**
   * Show the filters that have no field, each with a button that removes it.
   * @param {UrlState} url
   */
  showChips(url) {
    const confused = url.get("confused")?.split(">"); // "7>1": labelled 7, predicted 1
    const version = url.get("differs");
    const chips = [];
    if (confused) chips.push(this.createChip("confused", confused.join(" → ")));
    if (version) chips.push(this.createChip("differs", fillIn(this.texts.differs, { version })));
    this.chips.hidden = chips.length === 0;
    this.chips.replaceChildren(...chips);
  }

  /**
   * @param {"confused" | "differs"} name
   * @param {string} text
   */
  createChip(name, text) {
    const removeButton = createButton("", "×", () => this.onChange({ [name]: null }));
    removeButton.setAttribute("aria-label", this.texts.reset);
    return createElement("span", "chip", `${text} `, removeButton);
  }

  destroy() {
    clearTimeout(this.pendingTimer);
  }
}

/** @param {Partial<Pick<HTMLInputElement, "type" | "min" | "max" | "step" | "maxLength" | "inputMode">>} attributes */
const createInputField = (attributes) => createField(Object.assign(createElement("input"), attributes));

/**
 * Return what the form would show for a typed value once it is in the URL.
 * @param {string} name
 * @param {string} typed
 */
function valueInUrl(name, typed) {
  if (!isConfidence(name)) return typed.trim();
  const confidence = percentToConfidence(typed);
  return confidence === null ? "" : confidenceToPercent(confidence);
}

/** @param {string} name */
const isConfidence = (name) => name.endsWith("_confidence");

/**
 * Return the value of a field for the URL's parameters.
 * @param {string} name
 * @param {UrlState} url
 */
function formValue(name, url) {
  if (name === "state") return correctionState(url);
  const value = url.get(/** @type {Parameter} */ (name));
  if (value === null) return "";
  return isConfidence(name) ? confidenceToPercent(value) : value;
}
