import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { ServerClock } from "../../components/shared/server_clock.js";

let now;
let clock;

beforeEach(() => {
  now = 1000;
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
  mock.method(performance, "now", () => now);
  clock = new ServerClock();
});

test("without an answer, this browser's calendar clock is taken to be right", () => {
  now = 1500;
  assert.equal(clock.now, 1_800_000_000_500);
});

test("the server's time was read in the middle of the round trip", () => {
  clock.learn(5020, 1000, 1040);
  assert.equal(clock.now, 5000);
});

test("a slower answer does not replace what a quick one has shown", () => {
  clock.learn(5005, 1000, 1010);
  clock.learn(6590, 2000, 2600); // by itself it would mean 290 ms more
  now = 3000;
  assert.equal(clock.now, 7000);
});

test("a quicker answer is more exact", () => {
  clock.learn(5600, 1000, 1600);
  clock.learn(6001, 2000, 2002);
  now = 3000;
  assert.equal(clock.now, 7000);
});

test("a clock that is set while the page is open is noticed", () => {
  clock.learn(5005, 1000, 1010);
  clock.learn(3_605_050, 2000, 2100);
  now = 2050;
  assert.equal(clock.now, 3_605_050);
});
