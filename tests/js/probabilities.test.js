import assert from "node:assert/strict";
import { test } from "node:test";

import {
  jointProbabilities,
  NOT_A_DIGIT,
  outcomeProbabilities,
  rankOutcomes,
} from "../../components/shared/probabilities.js";

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

test("the probabilities of the ten digits and of none add up to 1", () => {
  for (const confidence of [0, 0.002, 0.4, 0.8, 0.9]) {
    const outcomes = outcomeProbabilities({ value: 7, confidence, probabilities });
    assert.equal(outcomes.length, 11);
    assert.ok(Math.abs(outcomes.reduce((sum, probability) => sum + probability) - 1) < 1e-12);
  }
  assert.ok(Math.abs(outcomeProbabilities({ value: 7, confidence: 0.4, probabilities })[NOT_A_DIGIT] - 0.5) < 1e-12);
});

test("outcomes are ranked by their probability", () => {
  assert.deepEqual(rankOutcomes({ value: 7, confidence: 0.8, probabilities }).slice(0, 3), [7, 2, 9]);
  assert.deepEqual(rankOutcomes({ value: 7, confidence: 0.4, probabilities }).slice(0, 3), [NOT_A_DIGIT, 7, 2]);
});
