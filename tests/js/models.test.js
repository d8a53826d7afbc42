import assert from "node:assert/strict";
import { test } from "node:test";

import { describeState, linePoints } from "../../components/models/job_row.js";
import { verdictOf } from "../../components/models/version_card.js";

const figure = { name: "MNIST test", examples: 10_000, before: 9_970, after: 9_970, noise: 4, worse: false };

test("a figure is better or worse only beyond its noise", () => {
  assert.equal(verdictOf({ ...figure, after: 9_974 }), "same");
  assert.equal(verdictOf({ ...figure, after: 9_975 }), "better");
  assert.equal(verdictOf({ ...figure, after: 9_960, worse: true }), "worse");
});

test("the learning curve spans the epochs, and rises with the share", () => {
  const curve = [
    { epoch: 0, loss: 2, accuracy: 0 },
    { epoch: 2, loss: 1, accuracy: 0.5 },
    { epoch: 4, loss: 0.5, accuracy: 1 },
  ];
  assert.equal(
    linePoints(curve, 4, ({ accuracy }) => accuracy),
    "0.0,60.0 120.0,30.0 240.0,0.0",
  );
});

test("a running training says how far it is, a failed one why", () => {
  const texts = { state_running: "{percent} · {step}", state_failed: "Failed: {error}", step_train: "training" };
  const progress = { fraction: 0.256, step: "train", epochs: 4, curve: [] };
  const job = { id: "1", parent: null, by: null, created: "", version: null, error: null, progress };
  assert.equal(describeState({ ...job, state: "running" }, texts), "25% · training");
  assert.equal(describeState({ ...job, state: "failed", error: "No disk." }, texts), "Failed: No disk.");
});
