import assert from "node:assert/strict";
import { test } from "node:test";

import { chanceOfError, sortLikeliestWrongFirst } from "../../components/review/ordering.js";

/** A digit whose likeliest value is 7, with a probability of 0.8 among the digits. */
const digit = (confidence, verdict = "digit") => {
  const probabilities = Array(10).fill(0.2 / 9);
  probabilities[7] = 0.8;
  return { value: 7, verdict, confidence, probabilities };
};
const round = (chance) => Number(chance.toFixed(6));

test("a digit is wrong unless its value is right", () => {
  assert.equal(round(chanceOfError([digit(0.75)])), 0.25);
  assert.equal(round(chanceOfError([digit(0.3, "unsure")])), 0.7);
});

test("a rejection is wrong if it is a digit, any of them", () => {
  assert.equal(round(chanceOfError([digit(0, "not_a_digit")])), 0);
  assert.equal(round(chanceOfError([digit(0.2, "not_a_digit")])), 0.25);
});

test("a number is right only if all its digits are", () => {
  assert.equal(round(chanceOfError([digit(0.5), digit(0.5), digit(0, "not_a_digit")])), 0.75);
});

test("nothing can be wrong with a blank drawing", () => {
  assert.equal(chanceOfError([]), 0);
});

test("most likely wrong first: without a label before labelled, whatever the verdict", () => {
  const item = (id, digits, label) => ({ id, digits, label });
  const items = [
    item("sure rejection", [digit(0, "not_a_digit")], null),
    item("labelled", [digit(0.1)], "7"),
    item("sure", [digit(0.99)], null),
    item("doubtful rejection", [digit(0.6, "not_a_digit")], null),
    item("doubtful", [digit(0.4, "unsure")], null),
  ];
  assert.deepEqual(
    sortLikeliestWrongFirst(items).map(({ id }) => id),
    ["doubtful rejection", "doubtful", "sure", "sure rejection", "labelled"],
  );
});
