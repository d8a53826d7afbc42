// Rounds: participants answer "which digit is this?", and the score.
//
// guess: people vote before the prediction is shown; a point for each side that is right.
// fool: the prediction is visible; if people agree on a different digit, the model has been fooled, and
// the drawing is saved as a hard example with the people's answer as its label.
// race: everybody draws the same digit; the quicker the model recognizes it, the more points.
//
// Participants get points: 1 for a right answer, RACE_POINTS for the quickest drawings.

import { fillIn } from "../shared/dom.js";
import { Scoreboard } from "./scoreboard.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { RoundKind, RoundMessage, RoundResult as MemberResult, Vote } from "../shared/room_types.d.ts" */
/** @import { PlayerScore } from "./scoreboard.js" */

const RACE_SECONDS = 20;
const RACE_POINTS = [3, 2]; // of the quickest; everybody else whose digit is recognized gets 1

/** @typedef {"race_over" | "model_right" | "model_wrong" | "fooled" | "fooled_saved" | "not_fooled"} RoundResult key of its text */

/**
 * @typedef {object} Round
 * @property {RoundKind} kind
 * @property {number} number
 * @property {boolean} open votes are still taken
 * @property {Vote | null} predicted the model's answer; null until the vote is closed
 * @property {Vote | null} truth null until it is known
 * @property {RoundResult | null} result null until the truth is known
 * @property {number} startedAt performance.now()
 * @property {string | null} author of the drawing that fooled the model
 * @property {Record<string, PlayerScore> | null} before the scores before they were counted
 * @property {Record<string, MemberResult>} results by member, once the round is settled
 */

/**
 * @typedef {object} SavedRounds what survives a reload of the page
 * @property {number} number of the last round
 * @property {{ people: number, machine: number, fooled: number }} score machine: the model's points
 * @property {Record<string, PlayerScore>} [players] by member
 */

export class Rounds {
  /** @param {SavedRounds} [saved] */
  constructor(saved) {
    this.number = saved?.number ?? 0;
    const { people, machine, fooled } = saved?.score ?? { people: 0, machine: 0, fooled: 0 };
    this.score = { people, model: machine, fooled };
    this.scoreboard = new Scoreboard(saved?.players);
    /** @type {Map<string, number>} ms after which the digit of each member was recognized in a race */
    this.times = new Map();
    /** @type {string[]} members who take part in the race */
    this.entrants = [];
    /** @type {Map<string, Vote>} by member */
    this.votes = new Map();
    /** @type {Round | null} */
    this.current = null;
  }

  /**
   * @param {RoundKind} kind
   * @param {Vote | null} target the digit to draw in a race
   */
  begin(kind, target = null) {
    this.number += 1;
    this.votes.clear();
    this.times.clear();
    const unknown = { predicted: null, truth: null, result: null, author: null, before: null, results: {} };
    const startedAt = performance.now();
    this.current = { kind, number: this.number, open: true, startedAt, ...unknown };
    if (kind === "race") this.current.predicted = target;
  }

  /** Milliseconds that are left of a race. */
  get timeLeft() {
    if (this.current?.kind !== "race") return 0;
    return Math.max(0, this.current.startedAt + RACE_SECONDS * 1000 - performance.now());
  }

  /**
   * The model is sure of what a member has drawn; return whether that counts.
   * @param {string} member
   * @param {string} text the prediction
   */
  recognized(member, text) {
    const { current, times } = this;
    const counts = current?.kind === "race" && current.open && text === current.predicted && !times.has(member);
    if (counts) times.set(member, performance.now() - current.startedAt);
    return counts;
  }

  cancel() {
    this.current = null;
  }

  /** @returns {SavedRounds} */
  get saved() {
    const { people, model, fooled } = this.score;
    return { number: this.number, score: { people, machine: model, fooled }, players: this.scoreboard.saved };
  }

  /**
   * Return the current round as participants get it.
   * @returns {RoundMessage | null}
   */
  toMessage() {
    const { current } = this;
    if (!current) return null;
    const { number, kind, open, predicted, results } = current;
    const race = kind === "race" ? { target: predicted ?? "", seconds: RACE_SECONDS } : {};
    return { number, kind, open, ...race, ...(current.truth === null ? {} : { results }) };
  }

  /**
   * Count a vote unless it came too late.
   * @param {string} member
   * @param {[round: number, value: Vote]} vote
   */
  vote(member, [number, value]) {
    if (this.current?.open && number === this.number) this.votes.set(member, value);
  }

  countVotes() {
    /** @type {Record<Vote, number>} */
    const counts = {};
    for (const value of this.votes.values()) counts[value] = (counts[value] ?? 0) + 1;
    return counts;
  }

  /**
   * Return the vote of the majority; null if there is none.
   * @returns {Vote | null}
   */
  get majority() {
    const [best] = Object.entries(this.countVotes()).sort((a, b) => b[1] - a[1]);
    return best && best[1] * 2 > this.votes.size ? best[0] : null;
  }

  /**
   * Close the vote. In "guess" the truth is known if both sides agree, in "fool" if several
   * people do; else the presenter enters it.
   * @param {Vote} predicted
   */
  close(predicted) {
    const { current, majority, votes } = this;
    if (!current) return;
    current.open = false;
    if (current.kind === "race") {
      this.settle(current.predicted ?? "x");
      return;
    }
    current.predicted = predicted;
    if (majority === null) return;
    if (current.kind === "guess" && majority === predicted) this.settle(majority);
    if (current.kind === "fool" && votes.size > 1) this.settle(majority);
  }

  /**
   * End the round and count its points.
   * @param {Vote} truth
   * @param {string | null} author of the drawing in question, if a participant has drawn it
   */
  settle(truth, author = null) {
    const { current, score } = this;
    if (!current || current.truth !== null) return;
    current.open = false;
    current.truth = truth;
    const right = current.predicted === truth;
    if (current.kind === "fool" && !right && truth !== "x") current.author = author;
    current.before = this.scoreboard.saved;
    current.results = this.scoreboard.award(this.pointsOf(current));
    if (current.kind === "race") {
      current.result = "race_over";
    } else if (current.kind === "guess") {
      current.result = right ? "model_right" : "model_wrong";
      if (right) score.model += 1;
      if (this.majority === truth) score.people += 1;
    } else if (right || truth === "x") {
      current.result = "not_fooled";
    } else {
      current.result = "fooled";
      score.fooled += 1;
    }
  }

  /**
   * Return the points of everybody who took part in a settled round.
   * @param {Round} round
   */
  pointsOf({ kind, truth, author }) {
    /** @type {Map<string, number>} */
    const points = new Map();
    if (kind === "race") {
      for (const member of this.entrants) points.set(member, 0);
      const order = [...this.times].sort((a, b) => a[1] - b[1]);
      order.forEach(([member], place) => {
        points.set(member, RACE_POINTS[place] ?? 1);
      });
      return points;
    }
    for (const [member, value] of this.votes) points.set(member, value === truth ? 1 : 0);
    if (author !== null) points.set(author, (points.get(author) ?? 0) + 2);
    return points;
  }

  /**
   * Take back the last step of the current round: its result with its points, or the end of the vote. Return
   * the step that was taken back, null if there was none.
   * @returns {"result" | "vote" | null}
   */
  undo() {
    const { current, score } = this;
    if (!current || current.open) return null;
    if (current.kind === "race") return null; // its time is over
    if (current.truth === null) {
      current.open = true;
      current.predicted = null;
      return "vote";
    }
    this.scoreboard = new Scoreboard(current.before ?? {});
    current.results = {};
    if (current.result === "model_right") score.model -= 1;
    if (current.kind === "guess" && this.majority === current.truth) score.people -= 1;
    if (current.result === "fooled" || current.result === "fooled_saved") score.fooled -= 1;
    current.truth = current.result = null;
    return "result";
  }

  /** Record that the hard example of the current round was saved. */
  confirmSaved() {
    if (this.current?.result === "fooled") this.current.result = "fooled_saved";
  }

  /**
   * Return the caption of the current round.
   * @param {Texts} texts
   */
  caption(texts) {
    const { current, score, votes } = this;
    if (!current) return { title: "", text: "" };
    const title = fillIn(texts[`${current.kind}_title`], { ...score, target: current.predicted });
    if (current.kind === "race") return { title, text: this.raceCaption(texts) };
    const values = { ...score, votes: votes.size, truth: current.truth === "x" ? texts.nothing : current.truth };
    if (current.open) return { title, text: fillIn(texts[`${current.kind}_open`], values) };
    if (current.result === null) return { title, text: texts.which };
    return { title, text: fillIn(texts[current.result], values) };
  }

  /** @param {Texts} texts */
  raceCaption(texts) {
    const { current, times } = this;
    const values = { count: times.size, target: current?.predicted, seconds: Math.ceil(this.timeLeft / 1000) };
    if (current?.open) return fillIn(texts.race_open, values);
    if (times.size === 0) return texts.race_none;
    const quickest = Math.min(...times.values());
    return fillIn(texts.race_over, { ...values, seconds: (quickest / 1000).toFixed(1) });
  }
}
