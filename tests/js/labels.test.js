import assert from "node:assert/strict";
import { test } from "node:test";

import { correctDigit, labelOfDigit, parseLabel } from "../../components/shared/labels.js";

for (const [typed, label] of [
  ["42", "42"],
  [" 7 ", "7"],
  ["4x", "4?"],
  ["X×", "??"],
  ["４２", "42"],
  ["٧", "7"],
  ["०९", "09"],
  ["", null],
  ["seven", null],
  ["1".repeat(64), "1".repeat(64)],
  ["1".repeat(65), null],
]) {
  test(`"${typed}" typed is ${label === null ? "no label" : `the label ${label}`}`, () => {
    assert.equal(parseLabel(typed), label);
  });
}

const number = (text, label = null) => ({ text, label, digits: [...text.replaceAll("\n", "")].map(() => ({})) });

for (const [prediction, index, label] of [
  [number("7", "1"), 0, "1"],
  [number("7", "?"), 0, "?"],
  [number("7", "12"), 0, "12"],
  [number("7"), 0, null],
  [number("20\n26", "20\n28"), 3, "8"],
  [number("2026", "28"), 1, null],
]) {
  test(`digit ${index} of ${prediction.text} labelled ${prediction.label} is labelled ${label}`, () => {
    assert.equal(labelOfDigit(prediction, index), label);
  });
}

for (const [prediction, index, character, label] of [
  [number("2026"), 0, "8", "8026"],
  [number("2026"), 3, "8", "2028"],
  [number("2026", "2028"), 0, "3", "3028"],
  [number("2026", "20"), 1, "?", "2?26"],
  [number("12\n34"), 2, "8", "12\n84"],
  [number("7"), 0, "1", "1"],
  [number("7", "42"), 0, "1", "1"],
  [number(""), 0, "1", "1"],
]) {
  test(`digit ${index} of ${JSON.stringify(prediction.label ?? prediction.text)} is corrected in place`, () => {
    assert.equal(correctDigit(prediction, index, character), label);
  });
}
