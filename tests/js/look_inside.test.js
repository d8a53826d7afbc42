import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { strongestLines } from "../../components/look_inside/contribution_lines.js";
import { coverSpot } from "../../components/look_inside/covered_glyph.js";
import { InsideView } from "../../components/look_inside/inside_view.js";
import { indexAfterKey } from "../../components/look_inside/map_sheet.js";
import { decodeBytes, encodeBytes, GLYPH_SIDE } from "../../components/shared/glyph.js";
import { NewestWins } from "../../components/shared/newest_wins.js";

/** A request that the test answers: `requests[0].resolve("answer")`. */
function createFeed() {
  /** @type {{ input: string, resolve: (answer: string) => void, reject: (error: Error) => void }[]} */
  const requests = [];
  /** @type {string[]} */
  const answers = [];
  /** @type {boolean[]} */
  const failures = [];
  const feed = new NewestWins(
    (/** @type {string} */ input) => new Promise((resolve, reject) => requests.push({ input, resolve, reject })),
    (answer) => answers.push(answer),
    (failed) => failures.push(failed),
  );
  return { feed, requests, answers, failures };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("of the inputs that arrive during a request only the newest is requested", async () => {
  const { feed, requests, answers } = createFeed();
  for (const input of ["a", "b", "c"]) feed.want(input);
  requests[0].resolve("A");
  await settle();
  requests[1].resolve("C");
  await settle();
  assert.deepEqual(
    requests.map(({ input }) => input),
    ["a", "c"],
  );
  assert.deepEqual(answers, ["A", "C"]);
});

test("an answer that is not wanted any more is not shown", async () => {
  const { feed, requests, answers } = createFeed();
  feed.want("a");
  feed.cancel();
  requests[0].resolve("A");
  await settle();
  assert.deepEqual(answers, []);
  feed.want("b");
  requests[1].resolve("B");
  await settle();
  assert.deepEqual(answers, ["B"]);
});

test("a request that failed is repeated with the newest input, and both are reported", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { feed, requests, answers, failures } = createFeed();
  feed.want("a");
  requests[0].reject(new Error("no connection"));
  await settle();
  feed.want("b");
  mock.timers.tick(1000);
  await settle();
  requests[1].resolve("B");
  await settle();
  assert.deepEqual(failures, [true, false]);
  assert.deepEqual(answers, ["B"]);
  mock.timers.reset();
});

test("what lies under the spot is removed from a glyph, and nothing else", () => {
  const glyph = new Uint8Array(GLYPH_SIDE ** 2).fill(200);
  const covered = coverSpot(glyph, { x: 10, y: 20 });
  assert.equal(covered[20 * GLYPH_SIDE + 10], 0);
  assert.equal(covered[20 * GLYPH_SIDE + 14], 200);
  assert.equal(covered.filter((level) => level === 0).length, 32);
  assert.equal(coverSpot(glyph, null), glyph);
});

test("bytes survive base64", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual(decodeBytes(encodeBytes(bytes)), bytes);
});

test("arrow keys move between maps and stay within them", () => {
  const count = 10; // in rows of four: the last row has two
  assert.equal(indexAfterKey(0, "ArrowRight", 4, count), 1);
  assert.equal(indexAfterKey(5, "ArrowDown", 4, count), 9);
  assert.equal(indexAfterKey(6, "ArrowDown", 4, count), 6);
  assert.equal(indexAfterKey(2, "ArrowUp", 4, count), 2);
  assert.equal(indexAfterKey(3, "Enter", 4, count), 3);
});

test("weak contributions have no line, and strong ones say for or against", () => {
  const lines = strongestLines([
    [2, -1, 0.01],
    [0, 0, -4],
  ]);
  assert.deepEqual(lines, [
    { map: 1, output: 0, strength: -0.25 },
    { map: 0, output: 0, strength: 0.5 },
    { map: 2, output: 1, strength: -1 },
  ]);
});

test("a glyph that comes back before the answer for it is requested again", async () => {
  const { feed, requests, answers } = createFeed();
  const input = {
    encoded: "",
    show: (/** @type {string} */ glyph) => {
      input.encoded = glyph;
    },
  };
  /** @type {InsideView} */
  const view = Object.create(InsideView.prototype);
  Object.assign(view, { feed, input, node: { toggleAttribute: () => {} }, request: () => feed.want(input.encoded) });
  view.show("seven");
  view.show(null); // a scene that begins before its example is predicted
  view.show("seven");
  requests[0].resolve("too early");
  await settle();
  requests[1]?.resolve("maps");
  await settle();
  assert.deepEqual(answers, ["maps"]);
});
