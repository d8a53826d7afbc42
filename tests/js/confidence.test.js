import assert from "node:assert/strict";
import { test } from "node:test";

import { describeConfidence, formatConfidence, lowestConfidence } from "../../components/shared/confidence.js";

const texts = {
  sure: "{percent} sure",
  sure_each: "each {percent} sure",
  unsure: "{first} or {second}?",
  unsure_none: "{first} or none?",
  not_a_digit: "Not a digit",
  not_digits: "Not digits",
  some_not_digits: "? is none",
};

const probabilities = [0, 0.4, 0, 0, 0, 0, 0, 0.6, 0, 0];
const sure = { value: 7, verdict: "digit", confidence: 0.96, probabilities: [0, 0.02, 0, 0, 0, 0, 0, 0.98, 0, 0] };
const certain = { ...sure, confidence: 0.9999 };
const oneOfTwo = { value: 7, verdict: "unsure", confidence: 0.6, probabilities };
const hardlyDigit = { value: 7, verdict: "unsure", confidence: 0.3, probabilities };
const rejected = { value: 7, verdict: "not_a_digit", confidence: 0.002, probabilities };
const comma = { value: 1, verdict: "not_a_digit", confidence: 0.9, probabilities: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0] };

/** @type {[name: string, digits: any[], sentence: string, note: string][]} */
const cases = [
  ["a digit", [sure], "96% sure", ""],
  ["one of two digits", [oneOfTwo], "7 or 1?", "60% sure"],
  ["a digit or nothing", [hardlyDigit], "7 or none?", "30% sure"],
  ["a rejected symbol", [rejected], "Not a digit", "99.7% sure"],
  ["a mark that its place rejects", [comma], "Not a digit", ""],
  ["a number", [sure, oneOfTwo], "each 60% sure", ""],
  ["a number that is almost certain", [certain, certain], "each 99.9% sure", ""],
  ["a digit that is almost certain", [certain], ">99.9% sure", ""],
  ["a number with a rejected symbol", [sure, rejected, sure], "each 96% sure", "? is none"],
  ["rejected symbols", [rejected, rejected], "Not digits", ""],
];

for (const [name, digits, sentence, note] of cases) {
  test(`${name} is described as "${sentence}"`, () => {
    assert.deepEqual(describeConfidence(digits, texts), [sentence, note]);
  });
}

test("the confidence in what is rejected does not count", () => {
  assert.equal(lowestConfidence([sure, rejected]), 0.96);
  assert.equal(lowestConfidence([rejected]), null);
  assert.equal(formatConfidence([sure, rejected]), "96%");
  assert.equal(formatConfidence([rejected]), "");
  assert.equal(formatConfidence([]), "");
});
