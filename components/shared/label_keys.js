// A button for each label that a key gives: ten digits, no digit, and the predicted text.

import { setTooltip } from "./controls.js";
import { createButton, createElement, fillIn, setText } from "./dom.js";
import { parseLabel } from "./labels.js";
import { DIGITS } from "./probabilities.js";

/** @import { Texts } from "./types.d.ts" */

export class LabelKeys {
  /**
   * @param {object} actions
   * @param {(label: string) => void} actions.onLabel "0" to "9", or "?"
   * @param {() => void} [actions.onConfirm] without it there is no such button
   */
  constructor({ onLabel, onConfirm }) {
    this.digitButtons = DIGITS.map((digit) => createButton("key", String(digit), () => onLabel(String(digit))));
    this.noDigitName = createElement("small");
    this.noDigitButton = createButton("key named", "×", () => onLabel("?"));
    this.noDigitButton.append(this.noDigitName);
    this.confirmName = createElement("small");
    this.confirmButton = createButton("key named", "✓", () => onConfirm?.());
    this.confirmButton.append(this.confirmName);
    this.buttons = [...this.digitButtons, this.noDigitButton];
    if (onConfirm) this.buttons.push(this.confirmButton);
    this.root = createElement("div", "keys", ...this.buttons);
    this.root.setAttribute("role", "group");
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.root.setAttribute("aria-label", texts.bar);
    this.digitButtons.forEach((button, digit) => setTooltip(button, fillIn(texts.label_digit, { digit })));
    setTooltip(this.noDigitButton, texts.label_none);
    setTooltip(this.confirmButton, texts.label_right ?? "");
    setText(this.noDigitName, texts.label_none_short);
    setText(this.confirmName, texts.label_right_short ?? "");
  }

  /**
   * Show the key of the current label as pressed.
   * @param {string | null} label "0" to "9", or "?"; any other has no key
   */
  setPressed(label) {
    this.digitButtons.forEach((button, digit) => button.setAttribute("aria-pressed", String(String(digit) === label)));
    this.noDigitButton.setAttribute("aria-pressed", String(label === "?"));
  }

  /** @param {boolean} disabled */
  setDisabled(disabled) {
    for (const button of this.buttons) button.disabled = disabled;
  }
}

/** A field for a whole label; Enter gives it. */
export class LabelField {
  /**
   * @param {object} actions
   * @param {(label: string) => void} actions.onLabel
   * @param {() => void} actions.onLeave Escape was pressed, or a label was given
   * @param {(message: string) => void} actions.onInvalid
   */
  constructor({ onLabel, onLeave, onInvalid }) {
    /** @type {Texts} */
    this.texts = {};
    this.input = createElement("input", "number");
    Object.assign(this.input, { inputMode: "numeric", maxLength: 64, autocomplete: "off", enterKeyHint: "done" });
    this.input.addEventListener("input", () => this.input.removeAttribute("aria-invalid"));
    this.input.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // Enter accepts what the input method suggests
      event.stopPropagation();
      if (event.key === "Escape") onLeave();
      if (event.key !== "Enter") return;
      const label = parseLabel(this.input.value);
      if (label === null) {
        this.input.setAttribute("aria-invalid", "true");
        onInvalid(fillIn(this.texts.error_label, { value: this.input.value }));
        return;
      }
      this.input.value = "";
      onLabel(label);
      onLeave();
    });
  }

  /** @param {Texts} texts */
  setTexts(texts) {
    this.texts = texts;
    this.input.placeholder = texts.type;
    setTooltip(this.input, texts.type_key);
  }

  /**
   * Let a label be typed that begins with `text`.
   * @param {string} text
   */
  startTyping(text) {
    this.input.value = text;
    this.input.focus();
  }
}
