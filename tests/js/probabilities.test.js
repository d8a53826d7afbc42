import assert from "node:assert/strict";
import { test } from "node:test";

import { jointProbabilities, rankDigits } from "../../components/shared/probabilities.js";

const probabilities = [0, 0, 0.1, 0, 0, 0, 0, 0.8, 0, 0.1];

test("the best digit's joint probability is the confidence", () => {
  const joint = jointProbabilities({ value: 7, confidence: 0.4, probabilities });
  assert.ok(Math.abs(joint[7] - 0.4) < 1e-12);
  assert.ok(Math.abs(joint[2] - 0.05) < 1e-12);
});

test("joint probabilities are never higher than the network's own", () => {
  assert.deepEqual(jointProbabilities({ value: 7, confidence: 0.9, probabilities }), probabilities);
});

test("a digit of probability 0 makes no probability infinite", () => {
  assert.deepEqual(jointProbabilities({ value: 0, confidence: 0.5, probabilities }), Array(10).fill(0));
});

test("digits are ranked by their probability", () => {
  assert.deepEqual(rankDigits(probabilities).slice(0, 3), [7, 2, 9]);
});
