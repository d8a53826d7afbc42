import assert from "node:assert/strict";
import { test } from "node:test";

import { confidenceToPercent, correctionState, percentToConfidence } from "../../components/review/filters.js";

const url = (parameters) => ({ get: (name) => parameters[name] ?? null });

for (const [parameters, state] of [
  [{}, ""],
  [{ labelled: "true" }, "labelled"],
  [{ labelled: "false" }, "unlabelled"],
  [{ wrong: "true" }, "wrong"],
  [{ wrong: "false" }, "right"],
]) {
  test(`filters ${JSON.stringify(parameters)} are the choice "${state}"`, () => {
    assert.equal(correctionState(url(parameters)), state);
  });
}

test("percentages in the form are confidences in the URL", () => {
  assert.equal(percentToConfidence("10"), "0.1");
  assert.equal(percentToConfidence(""), null);
  assert.equal(percentToConfidence("99,5 %"), "0.995");
  assert.equal(percentToConfidence("８０"), "0.8");
  assert.equal(percentToConfidence("150"), "1.5");
  assert.equal(percentToConfidence("abc"), "abc");
  assert.equal(confidenceToPercent("abc"), "abc");
  assert.equal(confidenceToPercent("0.1"), "10");
  assert.equal(confidenceToPercent("0.07"), "7");
  assert.equal(confidenceToPercent("0.9995"), "99.95");
});
