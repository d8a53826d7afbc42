import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { PageLoader } from "../../components/review/page_loader.js";

let failures;
let loaded;
let loader;
let refusals;
let requests;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  failures = 0;
  loaded = [];
  refusals = [];
  requests = [];
  globalThis.fetch = (url, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      requests.push({ url, respond: (page, status = 200) => resolve(new Response(JSON.stringify(page), { status })) });
    });
  loader = new PageLoader({
    onPage: ({ page, first }) => loaded.push([page.items, first]),
    onFailure: () => {
      failures += 1;
    },
    onRefusal: (message) => refusals.push(message),
  });
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function respond(page, status) {
  requests.at(-1).respond(page, status);
  await settle();
}

test("nothing is loaded before there are filters", () => {
  loader.loadMore();
  assert.deepEqual(requests, []);
});

test("pages follow each other by their cursor until the last", async () => {
  loader.start("digit=7", 60);
  await respond({ items: ["a"], next: "cursor" });
  loader.loadMore();
  await respond({ items: ["b"], next: null });
  loader.loadMore();
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["api/review?digit=7&limit=60", "api/review?digit=7&limit=60&before=cursor"],
  );
  assert.deepEqual(loaded, [
    [["a"], true],
    [["b"], false],
  ]);
  assert.equal(loader.ended, true);
});

test("one page is requested at a time", async () => {
  loader.start("", 60);
  loader.loadMore();
  assert.equal(requests.length, 1);
});

test("a page that does not come is requested again after two seconds", async () => {
  loader.start("", 60);
  await respond({}, 503);
  assert.equal(failures, 1);
  loader.loadMore();
  assert.equal(requests.length, 1);
  mock.timers.tick(2000);
  await settle();
  await respond({ items: ["a"], next: null });
  assert.deepEqual(loaded, [[["a"], true]]);
});

test("filters that the server refuses are reported and not sent again", async () => {
  loader.start("digit=x", 60);
  await respond({ error: { code: "invalid_request", message: "`digit` is invalid." } }, 422);
  assert.deepEqual([refusals, failures, loader.ended], [["`digit` is invalid."], 0, true]);
  mock.timers.tick(60_000);
  await settle();
  assert.equal(requests.length, 1);
});

test("a second request for more waits for the page that is on its way", async () => {
  loader.start("", 60);
  let arrived = false;
  loader.loadMore().then(() => {
    arrived = true;
  });
  await respond({}, 503);
  mock.timers.tick(2000);
  await settle();
  assert.equal(arrived, false);
  await respond({ items: ["a"], next: null });
  assert.equal(arrived, true);
});

test("the answer for other filters is ignored", async () => {
  loader.start("digit=7", 60);
  const [old] = requests;
  loader.start("digit=1", 60);
  old.respond({ items: ["old"], next: null });
  await respond({ items: ["new"], next: null });
  assert.deepEqual(loaded, [[["new"], true]]);
  assert.equal(failures, 0);
});

test("other filters need not wait for the pause after a failure", async () => {
  loader.start("digit=7", 60);
  await respond({}, 503);
  loader.start("digit=1", 60);
  await respond({ items: ["new"], next: null });
  mock.timers.tick(60_000);
  assert.equal(requests.length, 2);
});

test("pages come from another source where one is given", async () => {
  const calls = [];
  const fetchOther = async (filters, limit, before) => {
    calls.push([filters, limit, before]);
    return { page: { items: [before ?? "a"], next: before ? null : "more", complete: true } };
  };
  loader.start("digit=7", 20, fetchOther);
  await settle();
  loader.loadMore();
  await settle();
  assert.deepEqual(calls, [
    ["digit=7", 20, null],
    ["digit=7", 20, "more"],
  ]);
  assert.deepEqual(loaded, [
    [["a"], true],
    [["more"], false],
  ]);
  loader.start("", 60);
  assert.deepEqual([requests.length, loader.ended], [1, false]);
});
