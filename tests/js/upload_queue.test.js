import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { FileError, PARALLEL, UploadQueue } from "../../components/upload/upload_queue.js";

const NOW = 1_800_000_000_000;

let queue;
let requests;
let settled;

/** Let promises settle. */
async function settle() {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function wait(ms) {
  mock.timers.tick(ms);
  await settle();
}

const source = (name) => ({ name, read: async () => new Blob([name]) });

const answer = (status, body = {}, retryAfter = 0) => ({ status, body, retryAfter, serverTime: NOW });

const prediction = (text) => ({ text, digits: [{}], pages: [{ id: `id of ${text}`, text, digits: [{}] }] });

const failure = (code) => ({ error: { code, message: "" } });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW });
  Math.random = () => 0.5;
  requests = [];
  settled = [];
  queue = new UploadQueue({
    prepare: async (file, smaller) => ({ content: smaller ? new Blob(["small"]) : await file.read(), thumbnail: null }),
    send: (content, options) =>
      new Promise((resolve, reject) => {
        options.signal.addEventListener("abort", () => reject(new Error("aborted")));
        requests.push({ content, ...options, resolve, reject });
      }),
  });
  queue.view = { changed: () => {}, settled: (item) => settled.push(item) };
});

test("every file is sent, a few at a time, in their order", async () => {
  const names = ["a", "b", "c", "d"];
  queue.add(names.map(source));
  await settle();
  assert.equal(requests.length, PARALLEL);
  for (let index = 0; index < names.length; index += 1) {
    requests[index].resolve(answer(200, prediction(String(index))));
    await settle();
  }
  assert.deepEqual(
    requests.map(({ name }) => name),
    names,
  );
  assert.deepEqual(
    queue.items.map(({ answer }) => answer.text),
    ["0", "1", "2", "3"],
  );
  assert.equal(queue.isRunning, false);
});

test("a file that is sent again has the same key, so that it is saved once", async () => {
  queue.add([source("a")]);
  await settle();
  requests[0].reject(new Error("no answer"));
  await settle();
  assert.equal(queue.paused, "offline");
  await wait(60_000);
  requests[1].resolve(answer(200, prediction("7")));
  await settle();
  assert.equal(requests[0].key, requests[1].key);
  assert.equal(requests[0].began, requests[1].began);
  assert.equal(queue.items[0].state, "done");
  assert.equal(queue.paused, null);
});

test("no file is sent before the time that the server asks for", async () => {
  queue.add([source("a"), source("b"), source("c")]);
  await settle();
  requests[0].resolve(answer(429, failure("too_many_requests"), 30));
  requests[1].resolve(answer(200, prediction("1")));
  await settle();
  await wait(29_000);
  assert.equal(requests.length, 2);
  assert.equal(queue.paused, "busy");
  await wait(1_500);
  assert.deepEqual(
    requests.slice(2).map(({ name }) => name),
    ["a", "c"],
  );
});

test("a refused file fails and the others go on", async () => {
  queue.add([source("a"), source("b")]);
  await settle();
  requests[0].resolve(answer(422, failure("truncated_image")));
  requests[1].resolve(answer(200, prediction("1")));
  await settle();
  assert.deepEqual(
    queue.items.map(({ state, error }) => [state, error]),
    [
      ["failed", "truncated_image"],
      ["done", null],
    ],
  );
  assert.equal(settled.length, 2);
});

test("a file that cannot be read fails without a request", async () => {
  queue.add([{ name: "folder", read: () => Promise.reject(new FileError("unreadable_file")) }]);
  await settle();
  assert.equal(queue.items[0].error, "unreadable_file");
  assert.equal(requests.length, 0);
});

test("an image with too many pixels is sent once more, smaller", async () => {
  queue.add([source("a large image")]);
  await settle();
  requests[0].resolve(answer(413, failure("image_too_large")));
  await settle();
  assert.equal(await requests[1].content.text(), "small");
  requests[1].resolve(answer(413, failure("image_too_large")));
  await settle();
  assert.equal(requests.length, 2);
  assert.equal(queue.items[0].error, "image_too_large");
});

test("a file that a proxy refuses for its size is sent once more, smaller", async () => {
  queue.add([source("a large image")]);
  await settle();
  requests[0].resolve(answer(413, null));
  await settle();
  assert.equal(await requests[1].content.text(), "small");
  requests[1].resolve(answer(413, null));
  await settle();
  assert.equal(queue.items[0].error, "file_too_large");
});

test("without a history, the prediction is shown and said to be unsaved", async () => {
  queue.add([source("a")]);
  await settle();
  requests[0].resolve(answer(503, failure("history_unavailable"), 5));
  await settle();
  assert.equal(requests[1].save, false);
  requests[1].resolve(answer(200, prediction("7")));
  await settle();
  const [item] = queue.items;
  assert.deepEqual([item.state, item.answer.text, item.error], ["done", "7", "history_unavailable"]);
  queue.retryFailed();
  await settle();
  assert.equal(requests[2].save, true);
});

test("a server that fails every time is given up", async () => {
  queue.add([source("a")]);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await settle();
    requests.at(-1).resolve(answer(500, failure("internal_error")));
    await settle();
    await wait(60_000);
  }
  assert.equal(requests.length, 5);
  assert.deepEqual([queue.items[0].state, queue.items[0].error], ["failed", "internal_error"]);
});

test("a wrong clock is corrected by the server's", async () => {
  queue.add([source("a")]);
  await settle();
  requests[0].resolve({ ...answer(422, failure("invalid_time")), serverTime: NOW - 7_200_000 });
  await settle();
  assert.equal(requests[1].began, NOW - 7_200_000);
  queue.add([source("b")]);
  await settle();
  assert.ok(Math.abs(requests[2].began - (NOW - 7_200_000)) < 60_000);
});

test("what is removed is not sent any more, and stopping keeps what is finished", async () => {
  queue.add([source("a"), source("b"), source("c"), source("d")]);
  await settle();
  queue.remove(queue.items[0]);
  await settle();
  assert.equal(requests[0].signal.aborted, true);
  requests[1].resolve(answer(200, prediction("1")));
  await settle();
  queue.cancelWaiting();
  await settle();
  assert.deepEqual(
    queue.items.map(({ source }) => source.name),
    ["b"],
  );
  assert.equal(queue.isRunning, false);
});

test("a list that only has failed files begins again", async () => {
  queue.add([source("a")]);
  await settle();
  requests[0].resolve(answer(422, failure("unsupported_image")));
  await settle();
  queue.add([source("b")]);
  assert.deepEqual(
    queue.items.map(({ source, alone }) => [source.name, alone]),
    [["b", true]],
  );
});
