import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DeferredActions } from "../../components/review/deferred_actions.js";

let deferred;
let done;

beforeEach(() => {
  deferred = new DeferredActions();
  done = [];
});

const run = (name) => deferred.run(() => done.push(name));

test("actions run at once while nothing is waited for", () => {
  run("a");
  assert.deepEqual(done, ["a"]);
});

test("actions wait, and run in order when there is a next prediction", () => {
  deferred.start();
  run("a");
  run("b");
  assert.deepEqual(done, []);
  deferred.resume(() => true);
  assert.deepEqual(done, ["a", "b"]);
  assert.equal(deferred.waiting, false);
});

test("actions go on waiting while there is no next prediction", () => {
  deferred.start();
  run("a");
  deferred.resume(() => false);
  assert.deepEqual(done, []);
  assert.equal(deferred.waiting, true);
});

test("an action that uses up the predictions lets the rest wait", () => {
  deferred.start();
  deferred.run(() => {
    done.push("a");
    deferred.start();
  });
  run("b");
  deferred.resume(() => true);
  assert.deepEqual(done, ["a"]);
  deferred.resume(() => true);
  assert.deepEqual(done, ["a", "b"]);
});

test("actions run even where selecting the next prediction stops the waiting", () => {
  deferred.start();
  run("a");
  deferred.resume(() => {
    deferred.stop();
    return true;
  });
  assert.deepEqual(done, ["a"]);
});

test("the newest action that waits can be dropped", () => {
  deferred.start();
  run("a");
  run("b");
  assert.equal(deferred.undo(), true);
  deferred.resume(() => true);
  assert.deepEqual(done, ["a"]);
});

test("there is nothing to drop when nothing waits", () => {
  assert.equal(deferred.undo(), false);
  deferred.start();
  assert.equal(deferred.undo(), false);
});

test("stopping drops what waits", () => {
  deferred.start();
  run("a");
  deferred.stop();
  run("b");
  assert.deepEqual(done, ["b"]);
});
