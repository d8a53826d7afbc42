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

/** Open the connection to a near server, which answers the heartbeat that finds out where it is. */
function open() {
  const socket = FakeWebSocket.newest;
  socket.open();
  socket.answer({ seq: -1 });
  wait(5);
  socket.sent = [];
}

const sentNumbers = () => FakeWebSocket.newest.sent.map(({ seq }) => seq);

test("only the newest of the drawings that wait is sent", () => {
  open();
  for (const seq of [1, 2, 3]) link.send("[]", seq, false);
  assert.deepEqual(sentNumbers(), [1]);
  wait(10);
  FakeWebSocket.newest.answer({ seq: 1 });
  assert.deepEqual(sentNumbers(), [1, 3]);
  assert.deepEqual(answers, [1]);
});

test("a drawing waits for the pause between messages, a finished stroke does not", () => {
  open();
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
  assert.deepEqual(sentNumbers(), [-1]);
});

test("a server that does not answer counts as lost after four seconds", () => {
  open();
  link.send("[]", 1, true);
  wait(4000);
  assert.equal(link.connected, false);
  wait(250);
  assert.equal(FakeWebSocket.created.length, 2);
});

test("a connection that fell silent while nothing was drawn is found and replaced", () => {
  open();
  wait(10_000);
  assert.deepEqual(FakeWebSocket.newest.sent, [{ seq: -1, strokes: [] }]);
  wait(4000);
  assert.equal(link.connected, false);
  wait(250);
  assert.equal(FakeWebSocket.created.length, 2);
});

test("a connection that carries drawings needs no heartbeat", () => {
  open();
  for (let seq = 1; seq <= 5; seq += 1) {
    link.send("[]", seq, true);
    FakeWebSocket.newest.answer({ seq });
    wait(4000);
  }
  assert.deepEqual(sentNumbers(), [1, 2, 3, 4, 5]);
});

test("the answer to a heartbeat is no prediction of a drawing", () => {
  open();
  wait(10_000);
  FakeWebSocket.newest.answer({ seq: -1 });
  assert.deepEqual(answers, []);
  link.send("[]", 1, true);
  assert.deepEqual(sentNumbers(), [-1, 1]);
});

test("after a refusal it waits for the longest pause", () => {
  open();
  FakeWebSocket.newest.end(1008);
  wait(4999);
  assert.equal(FakeWebSocket.created.length, 1);
  wait(1);
  assert.equal(FakeWebSocket.created.length, 2);
});

test("a hidden tab holds no connection", () => {
  open();
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  wait(60_000);
  assert.equal(link.connected, false);
  assert.equal(FakeWebSocket.created.length, 1);
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(FakeWebSocket.created.length, 2);
});

/** Send the drawing of each move of a pen that moves every 10 ms; the server answers after `roundTrip` ms. */
function drawFarAway(roundTrip, moves) {
  const socket = FakeWebSocket.newest;
  socket.open();
  const due = []; // times of the answers
  let answered = 0;
  let most = 0;
  const pass = (until) => {
    while (now < until) {
      wait(1);
      while (due.length < socket.sent.length) due.push(now + roundTrip);
      for (; due[answered] <= now; answered += 1) socket.answer(socket.sent[answered]);
      most = Math.max(most, socket.sent.length - answered);
    }
  };
  pass(now + 2 * roundTrip);
  for (let seq = 1; seq <= moves; seq += 1) {
    link.send("[]", seq, seq === moves);
    pass(now + 10);
  }
  const lifted = now - 10;
  while (answers.at(-1) !== moves) pass(now + 1);
  return { most, final: now - lifted };
}

for (const roundTrip of [50, 150, 300]) {
  test(`at ${roundTrip} ms from the server it gets a drawing for each frame, and the last is answered in time`, () => {
    const { most, final } = drawFarAway(roundTrip, 200); // for two seconds
    assert.ok(answers.length > 120, `${answers.length} answers`);
    assert.ok(most <= Math.ceil((roundTrip + 2) / 14), `${most} in flight`);
    assert.ok(final <= roundTrip + 16, `${final} ms after pen-up`);
    assert.deepEqual(
      answers,
      [...answers].sort((a, b) => a - b),
    );
  });
}

test("a near server gets one message at a time", () => {
  assert.equal(drawFarAway(5, 100).most, 1);
});

test("after a connection is lost, answers to its messages are not waited for", () => {
  FakeWebSocket.newest.open();
  wait(50);
  FakeWebSocket.newest.answer({ seq: -1 });
  for (const seq of [1, 2]) link.send("[]", seq, true);
  assert.deepEqual(sentNumbers(), [-1, 1, 2]);
  FakeWebSocket.newest.answer({ seq: 1 });
  FakeWebSocket.newest.end(1006);
  wait(250);
  open();
  link.send("[]", 4, true);
  assert.deepEqual(sentNumbers(), [4]);
  FakeWebSocket.newest.answer({ seq: 4 });
  assert.deepEqual(answers, [1, 4]);
});

test("no more than 24 messages are in flight, however far away the server is", () => {
  const pacer = new SendPacer();
  assert.equal(pacer.window, 1);
  pacer.answered(5000);
  assert.equal(pacer.window, 24);
  pacer.answered(52);
  assert.equal(pacer.window, 4);
  pacer.reset();
  assert.equal(pacer.window, 1);
});

test("far away, a single late answer does not make the pauses longer, but a whole round trip of them does", () => {
  const pacer = new SendPacer();
  pacer.answered(42); // three messages may be in flight
  pacer.answered(200);
  pacer.answered(300);
  pacer.sent(1000);
  assert.equal(pacer.pauseAt(1000), 14);
  pacer.answered(76); // 20 ms more than usual
  pacer.sent(2000);
  assert.equal(pacer.pauseAt(2000), 74);
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
