import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { LiveLink } from "../../components/prediction/live_link.js";
import { SendPacer } from "../../components/prediction/send_pacer.js";
import { FakeWebSocket, installBrowser } from "./fakes.js";

let answers;
let link;
let now;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  mock.method(performance, "now", () => now);
  now = 1000;
  installBrowser();
  answers = [];
  link = new LiveLink(
    "wss://example.org/api/live",
    ({ seq }) => answers.push(seq),
    () => {},
  );
});

/** Let time pass. */
function wait(ms) {
  now += ms;
  mock.timers.tick(ms);
}

const sentNumbers = () => FakeWebSocket.newest.sent.map(({ seq }) => seq);

test("only the newest of the drawings that wait is sent", () => {
  FakeWebSocket.newest.open();
  for (const seq of [1, 2, 3]) link.send("[]", seq, false);
  assert.deepEqual(sentNumbers(), [1]);
  wait(10);
  FakeWebSocket.newest.answer({ seq: 1 });
  assert.deepEqual(sentNumbers(), [1, 3]);
  assert.deepEqual(answers, [1]);
});

test("a drawing waits for the pause between messages, a finished stroke does not", () => {
  FakeWebSocket.newest.open();
  link.send("[]", 1, false);
  FakeWebSocket.newest.answer({ seq: 1 });
  link.send("[]", 2, false);
  assert.deepEqual(sentNumbers(), [1]);
  link.send("[]", 3, true);
  assert.deepEqual(sentNumbers(), [1, 3]);
});

test("a drawing that is no more is not sent", () => {
  link.send("[]", 1, true);
  link.cancel();
  FakeWebSocket.newest.open();
  assert.deepEqual(sentNumbers(), []);
});

test("a server that does not answer counts as lost after four seconds", () => {
  FakeWebSocket.newest.open();
  link.send("[]", 1, true);
  wait(4000);
  assert.equal(link.connected, false);
  wait(250);
  assert.equal(FakeWebSocket.created.length, 2);
});

test("a connection that fell silent while nothing was drawn is found and replaced", () => {
  FakeWebSocket.newest.open();
  wait(5000);
  assert.deepEqual(FakeWebSocket.newest.sent, [{ seq: -1, strokes: [] }]);
  wait(4000);
  assert.equal(link.connected, false);
  wait(250);
  assert.equal(FakeWebSocket.created.length, 2);
});

test("a connection that carries drawings needs no heartbeat", () => {
  FakeWebSocket.newest.open();
  for (let seq = 1; seq <= 5; seq += 1) {
    link.send("[]", seq, true);
    FakeWebSocket.newest.answer({ seq });
    wait(4000);
  }
  assert.deepEqual(sentNumbers(), [1, 2, 3, 4, 5]);
});

test("the answer to a heartbeat is no prediction of a drawing", () => {
  FakeWebSocket.newest.open();
  wait(5000);
  FakeWebSocket.newest.answer({ seq: -1 });
  assert.deepEqual(answers, []);
  link.send("[]", 1, true);
  assert.deepEqual(sentNumbers(), [-1, 1]);
});

test("after a refusal it waits for the longest pause", () => {
  FakeWebSocket.newest.open();
  FakeWebSocket.newest.end(1008);
  wait(4999);
  assert.equal(FakeWebSocket.created.length, 1);
  wait(1);
  assert.equal(FakeWebSocket.created.length, 2);
});

test("a hidden tab holds no connection", () => {
  FakeWebSocket.newest.open();
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  wait(60_000);
  assert.equal(link.connected, false);
  assert.equal(FakeWebSocket.created.length, 1);
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(FakeWebSocket.created.length, 2);
});

test("a distant server gets as many requests as a near one", () => {
  const pacer = new SendPacer();
  pacer.answered(150);
  pacer.sent(1000);
  assert.equal(pacer.pauseAt(1000), 5);
});

test("answers that take longer make the pauses longer, up to 200 ms", () => {
  const pacer = new SendPacer();
  pacer.answered(10);
  pacer.answered(44); // 20 ms more than usual
  pacer.sent(1000);
  assert.equal(pacer.pauseAt(1000), 65);
  pacer.answered(900);
  pacer.sent(2000);
  assert.equal(pacer.pauseAt(2000), 200);
  pacer.skipPause();
  assert.equal(pacer.pauseAt(2000), 0);
});
