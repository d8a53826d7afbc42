import assert from "node:assert/strict";
import { test } from "node:test";

import { Rounds } from "../../components/present/rounds.js";

const texts = {
  guess_title: "People {people} : {model} Model",
  guess_open: "{votes} answered",
  fool_title: "{fooled} fooled",
  fool_open: "Fool it, {votes} answered",
  model_right: "It is {truth}, right.",
  model_wrong: "It is {truth}, wrong.",
  which: "Which was it?",
  fooled: "Fooled! It is {truth}.",
  fooled_saved: "Fooled! It is {truth}, stored.",
  not_fooled: "It is {truth}.",
  nothing: "no digit",
};

/**
 * @param {import("../../components/shared/types.d.ts").RoundKind} kind
 * @param {string[]} votes
 */
function roundWithVotes(kind, votes) {
  const rounds = new Rounds();
  rounds.begin(kind);
  votes.forEach((value, index) => {
    rounds.vote(`participant${index}`, [1, value]);
  });
  return rounds;
}

test("a participant who votes twice changes their vote", () => {
  const rounds = roundWithVotes("guess", ["7"]);
  rounds.vote("participant0", [1, "1"]);
  assert.deepEqual(rounds.countVotes(), { 1: 1 });
});

test("a vote for another round or after the end does not count", () => {
  const rounds = roundWithVotes("guess", []);
  rounds.vote("participant", [2, "7"]);
  rounds.close("7");
  rounds.vote("participant", [1, "7"]);
  assert.deepEqual(rounds.countVotes(), {});
});

test("a new round forgets the votes of the last one", () => {
  const rounds = roundWithVotes("guess", ["7"]);
  rounds.begin("fool");
  assert.deepEqual(rounds.countVotes(), {});
  assert.deepEqual(rounds.toMessage(), { number: 2, kind: "fool", open: true });
});

test("the majority is more than half of the votes", () => {
  assert.equal(roundWithVotes("guess", ["7", "7", "1"]).majority, "7");
  assert.equal(roundWithVotes("guess", ["7", "1"]).majority, null);
  assert.equal(roundWithVotes("guess", []).majority, null);
});

test("where people and the model agree, both get a point", () => {
  const rounds = roundWithVotes("guess", ["7", "7"]);
  rounds.close("7");
  assert.deepEqual(rounds.score, { people: 1, model: 1, fooled: 0 });
  assert.deepEqual(rounds.caption(texts), { title: "People 1 : 1 Model", text: "It is 7, right." });
});

test("where people and the model disagree, the presenter decides", () => {
  const rounds = roundWithVotes("guess", ["1", "1"]);
  rounds.close("7");
  assert.equal(rounds.caption(texts).text, "Which was it?");
  rounds.settle("1");
  assert.deepEqual(rounds.score, { people: 1, model: 0, fooled: 0 });
  assert.equal(rounds.caption(texts).text, "It is 1, wrong.");
});

test("a settled round stays as it is", () => {
  const rounds = roundWithVotes("guess", ["7"]);
  rounds.close("7");
  rounds.settle("1");
  assert.deepEqual(rounds.score, { people: 1, model: 1, fooled: 0 });
});

test("several people who agree on another digit have fooled the model", () => {
  const rounds = roundWithVotes("fool", ["1", "1"]);
  rounds.close("7");
  assert.equal(rounds.score.fooled, 1);
  assert.equal(rounds.caption(texts).text, "Fooled! It is 1.");
  rounds.confirmSaved();
  assert.equal(rounds.caption(texts).text, "Fooled! It is 1, stored.");
});

test("a single person has to convince the presenter", () => {
  const rounds = roundWithVotes("fool", ["1"]);
  rounds.close("7");
  assert.equal(rounds.current?.result, null);
});

test("the model is not fooled by a drawing that is not a digit, or that it predicts right", () => {
  for (const truth of ["x", "7"]) {
    const rounds = roundWithVotes("fool", [truth, truth]);
    rounds.close("7");
    rounds.confirmSaved();
    assert.equal(rounds.current?.result, "not_fooled");
    assert.equal(rounds.score.fooled, 0);
  }
});

test("an answer that is not a digit is named on the screen", () => {
  const rounds = roundWithVotes("guess", ["x"]);
  rounds.close("x");
  assert.equal(rounds.caption(texts).text, "It is no digit, right.");
});

test("number and score outlive a reload of the page", () => {
  const rounds = roundWithVotes("guess", ["7"]);
  rounds.close("7");
  const restored = new Rounds(JSON.parse(JSON.stringify(rounds.saved)));
  restored.begin("guess");
  assert.equal(restored.number, 2);
  assert.deepEqual(restored.score, { people: 1, model: 1, fooled: 0 });
});

test("without a round there is nothing to say", () => {
  const rounds = new Rounds();
  rounds.close("7");
  rounds.settle("7");
  assert.equal(rounds.toMessage(), null);
  assert.deepEqual(rounds.caption(texts), { title: "", text: "" });
});

test("undo takes the points of a round back", () => {
  const rounds = roundWithVotes("guess", ["7", "7"]);
  rounds.close("7");
  assert.deepEqual(rounds.score, { people: 1, model: 1, fooled: 0 });
  assert.equal(rounds.undo(), "result");
  assert.deepEqual(rounds.score, { people: 0, model: 0, fooled: 0 });
  rounds.settle("1");
  assert.deepEqual(rounds.score, { people: 0, model: 0, fooled: 0 });
  assert.equal(rounds.undo(), "result");
  assert.equal(rounds.undo(), "vote");
  assert.equal(rounds.current?.open, true);
});

test("participants get points for right answers, and lose them if the result is taken back", () => {
  const rounds = roundWithVotes("guess", ["7", "7", "1"]);
  rounds.close("7");
  const { results } = rounds.toMessage();
  assert.deepEqual(results.participant0, { right: true, points: 1, score: 1, place: 1, streak: 1 });
  assert.deepEqual(results.participant2, { right: false, points: 0, score: 0, place: 3, streak: 0 });
  rounds.undo();
  assert.deepEqual(rounds.scoreboard.ranking, []);
  rounds.settle("1");
  assert.deepEqual(rounds.scoreboard.ranking[0], { id: "participant2", score: 1 });
});

test("the author of a drawing that fooled the model gets two points", () => {
  const rounds = roundWithVotes("fool", ["1"]);
  rounds.close("7");
  rounds.settle("1", "artist");
  assert.equal(rounds.toMessage().results.artist.points, 2);
});
