import assert from "node:assert/strict";
import { test } from "node:test";

import { rankTexts } from "../../components/review/candidates.js";

/** A digit whose confidence is that of the ten digits alone, so that it surely is one. */
function digit(shares) {
  const probabilities = Array.from({ length: 10 }, (_, value) => shares[value] ?? 0);
  const value = probabilities.indexOf(Math.max(...probabilities));
  return { value, confidence: probabilities[value], probabilities };
}

const texts = (...digits) => rankTexts(digits).map(({ text }) => text);

test("the three likeliest values of a digit are candidates, the likeliest first", () => {
  assert.deepEqual(texts(digit({ 1: 0.2, 4: 0.1, 7: 0.65, 9: 0.05 })), ["7", "1", "4"]);
});

test("the probability of a text is the product of its digits'", () => {
  const ranked = rankTexts([digit({ 1: 0.75, 7: 0.25 }), digit({ 4: 0.5, 9: 0.5 })]);
  assert.deepEqual(ranked.slice(0, 4), [
    { text: "14", probability: 0.375 },
    { text: "19", probability: 0.375 },
    { text: "74", probability: 0.125 },
    { text: "79", probability: 0.125 },
  ]);
});

test("the likeliest of a long number's texts are found without trying all", () => {
  const digits = Array.from({ length: 30 }, () => digit({ 1: 0.9, 7: 0.1 }));
  const ranked = rankTexts(digits);
  assert.equal(ranked.length, 6);
  assert.equal(ranked[0].text, "1".repeat(30));
  assert.ok(ranked.slice(1).every(({ text }) => text.split("7").length === 2));
});

test("what may be no digit has a question mark as a candidate", () => {
  const doubtful = { ...digit({ 1: 0.8, 7: 0.2 }), confidence: 0.4 };
  assert.deepEqual(texts(doubtful), ["?", "1", "7"]);
  assert.equal(rankTexts([doubtful])[0].probability, 0.5);
});
