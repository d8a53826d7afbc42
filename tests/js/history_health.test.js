import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { HistoryHealth } from "../../components/history_panel/history_health.js";

const READY = { json: async () => ({ status: "ready" }) };

test("a history that did not answer is requested again, though an older check ends later", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = /** @type {Document} */ ({ hidden: false });
  /** @type {((response: object) => void)[]} */
  const answers = [];
  let retries = 0;
  const health = new HistoryHealth(
    {
      fetch: () => /** @type {Promise<any>} */ (new Promise((resolve) => answers.push(resolve))),
      onSentence: () => {},
      onRetry: () => {
        retries += 1;
      },
    },
    new AbortController().signal,
  );
  health.texts = { failed: "The history does not answer." };
  const checks = [health.check(true), health.check(false)];
  answers[1](READY);
  await checks[1];
  answers[0](READY);
  await checks[0];
  assert.equal(health.healthy, false);
  mock.timers.tick(3_000);
  assert.equal(retries, 1);
  mock.timers.reset();
});
