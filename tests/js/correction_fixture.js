// Correction queues in front of a server that answers when the test says so.

import { mock } from "node:test";

import { CorrectionQueue } from "../../components/shared/correction_queue.js";
import { FakeStorage, installBrowser } from "./fakes.js";

export let calls; // of the queue's callbacks: the name and the values
export const clock = { now: 0 }; // of performance.now(), ms
export let requests; // of the server, in order: { id, text, by, respond, fail }
export let stop;

/** Begin a test: an empty browser, and a server that answers when the test says so. */
export function setUp() {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  mock.method(performance, "now", () => clock.now);
  clock.now = 0;
  installBrowser();
  window.localStorage = new FakeStorage();
  calls = [];
  requests = [];
  stop = new AbortController();
  globalThis.fetch = (url, { body }) =>
    new Promise((resolve, reject) => {
      const id = url.split("/").at(-2);
      const { text, by, replaces } = JSON.parse(body);
      const saved = { id, label: text, labelled_by: by, labelled_at: `time of ${text}` };
      const respond = (status = 200, content = saved) => resolve(new Response(JSON.stringify(content), { status }));
      requests.push({ id, text, by, replaces, respond, fail: () => reject(new TypeError("offline")) });
    });
}

export function createQueue(signedInName = null) {
  const queue = new CorrectionQueue(
    {
      onSaved: ({ id, label }) => calls.push(["saved", id, label]),
      onRefused: (message) => calls.push(["refused", message]),
      onChange: () => {},
    },
    stop.signal,
  );
  queue.start(signedInName);
  return queue;
}

/** Let what follows a response happen. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

export const sent = () => requests.map(({ id, text }) => [id, text]);
export const change = (id, to, from = null) => ({ id, from, to });

export const seen = (queue, id, labelled_at, label = "0") =>
  queue.applyTo([{ id, label, labelled_at }], performance.now());
