import assert from "node:assert/strict";
import { test } from "node:test";

import { RoundControl, toVote } from "../../components/present/round_control.js";

/** A room that records what is sent to it, and a drawing of a seven. */
function createControl() {
  /** @type {any} */
  const room = {
    settings: { round: null, predictionsHidden: false },
    labels: [],
    members: new Map(),
    presentParticipants: [],
    clearAllDrawings: () => {},
    saveProgress: () => {},
    changeSettings: (/** @type {object} */ settings) => Object.assign(room.settings, settings),
    label: (/** @type {string[]} */ ...label) => room.labels.push(label),
  };
  /** @type {any} */
  const focus = {
    memberId: "screen1",
    onPad: true,
    member: { prediction: { verdict: "digit", digits: [{ value: 7 }] } },
  };
  return { control: new RoundControl(room, focus, undefined, () => {}), room };
}

test("participants see no prediction while people guess", () => {
  const { control, room } = createControl();
  control.enterScene("guess");
  assert.equal(control.hidesPrediction, true);
  assert.deepEqual(room.settings, { round: { number: 1, kind: "guess", open: true }, predictionsHidden: true });
  control.close();
  assert.equal(control.hidesPrediction, false);
  assert.deepEqual(room.settings, { round: { number: 1, kind: "guess", open: false }, predictionsHidden: false });
});

test("votes are shown when the vote is closed", () => {
  const { control } = createControl();
  control.enterScene("fool");
  control.vote("participant", [1, "7"]);
  assert.equal(control.shownVotes, null);
  control.close();
  assert.deepEqual(control.shownVotes, { 7: 1 });
});

test("a hard example is labeled once", () => {
  const { control, room } = createControl();
  control.enterScene("fool");
  control.settle("1");
  control.settle("1");
  assert.deepEqual(room.labels, [["screen1", "1"]]);
});

test("each round may have a hard example", () => {
  const { control, room } = createControl();
  for (const digit of ["1", "2"]) {
    control.enterScene("fool");
    control.settle(digit);
  }
  assert.deepEqual(room.labels, [
    ["screen1", "1"],
    ["screen1", "2"],
  ]);
});

test("undo takes back a hard example, then the end of the vote", () => {
  const { control, room } = createControl();
  control.enterScene("fool");
  assert.equal(control.undo(), false);
  control.settle("1");
  assert.equal(control.rounds.score.fooled, 1);
  assert.equal(control.undo(), true);
  assert.equal(control.rounds.score.fooled, 0);
  assert.deepEqual(room.labels.at(-1), ["screen1", null]);
  control.settle("2");
  assert.deepEqual(room.labels.at(-1), ["screen1", "2"]);
  control.undo();
  control.undo();
  assert.deepEqual(room.settings.round, { number: 1, kind: "fool", open: true });
});

/** Let a member draw something that the model recognizes. */
function recognize(control, room, id, text, verdict = "digit") {
  room.members.set(id, { id, prediction: { text, verdict } });
  control.predictionsChanged([id]);
}

test("in a race the quickest get most points, once", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { control, room } = createControl();
  room.presentParticipants = ["ada", "bo", "cy", "di"].map((id) => ({ id }));
  control.enterScene("race");
  const { target, seconds } = room.settings.round;
  assert.equal(seconds, 20);
  const other = target === "1" ? "2" : "1";
  recognize(control, room, "di", other);
  recognize(control, room, "di", target, "unsure");
  for (const id of ["bo", "ada", "bo", "cy"]) recognize(control, room, id, target);
  control.endRace();
  const points = Object.entries(room.settings.round.results).map(([id, result]) => [id, result.points, result.place]);
  assert.deepEqual(Object.fromEntries(points.map(([id, ...rest]) => [id, rest])), {
    ada: [2, 2],
    bo: [3, 1],
    cy: [1, 3],
    di: [0, 4],
  });
  control.destroy();
});

test("a race ends when everybody's digit is recognized, and the next one asks for another", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { control, room } = createControl();
  room.presentParticipants = [{ id: "ada" }];
  for (let race = 0, before = ""; race < 20; race += 1) {
    control.enterScene("race");
    const { target } = room.settings.round;
    assert.notEqual(target, before);
    recognize(control, room, "ada", target);
    assert.equal(room.settings.round.open, false);
    before = target;
  }
  assert.equal(room.settings.round.results.ada.streak, 20);
  control.resetScores();
  assert.deepEqual(control.rounds.scoreboard.ranking, []);
  control.destroy();
});

test("another scene ends the round", () => {
  const { control, room } = createControl();
  control.enterScene("guess");
  control.enterScene("draw");
  assert.equal(control.hasRound, false);
  assert.deepEqual(room.settings, { round: null, predictionsHidden: false });
});

test("a scene without a round leaves the settings alone", () => {
  const { control, room } = createControl();
  room.changeSettings = () => assert.fail("the settings were sent");
  control.enterScene("draw");
  assert.equal(control.hasRound, false);
});

const predictions = [
  { prediction: null, vote: "x" },
  { prediction: { verdict: "digit", digits: [{ value: 7 }] }, vote: "7" },
  { prediction: { verdict: "unsure", digits: [{ value: 7 }] }, vote: "7" },
  { prediction: { verdict: "not_a_digit", digits: [{ value: 7 }] }, vote: "x" },
  { prediction: { verdict: "digit", digits: [{ value: 7 }, { value: 1 }] }, vote: "x" },
];

for (const { prediction, vote } of predictions) {
  test(`${JSON.stringify(prediction)} votes for ${vote}`, () => {
    assert.equal(toVote(/** @type {any} */ (prediction)), vote);
  });
}
