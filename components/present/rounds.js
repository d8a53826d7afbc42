// Rounds: participants answer "which digit is this?", and the score.
//
// guess: people vote before the prediction is shown; a point for each side that is right.
// fool: the prediction is visible; if people agree on a different digit, the model has been fooled, and
// the drawing is saved as a hard example with the people's answer as its label.

import { fillIn } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { RoundKind, RoundMessage, Vote } from "../shared/room_types.d.ts" */

/** @typedef {"model_right" | "model_wrong" | "fooled" | "fooled_saved" | "not_fooled"} RoundResult key of its text */

/**
 * @typedef {object} Round
 * @property {RoundKind} kind
 * @property {number} number
 * @property {boolean} open votes are still taken
 * @property {Vote | null} predicted the model's answer; null until the vote is closed
 * @property {Vote | null} truth null until it is known
 * @property {RoundResult | null} result null until the truth is known
 */

/**
 * @typedef {object} SavedRounds what survives a reload of the page
 * @property {number} number of the last round
 * @property {{ people: number, machine: number, fooled: number }} score machine: the model's points
 */

export class Rounds {
  /** @param {SavedRounds} [saved] */
  constructor(saved) {
    this.number = saved?.number ?? 0;
    const { people, machine, fooled } = saved?.score ?? { people: 0, machine: 0, fooled: 0 };
    this.score = { people, model: machine, fooled };
    /** @type {Map<string, Vote>} by member */
    this.votes = new Map();
    /** @type {Round | null} */
    this.current = null;
  }

  /** @param {RoundKind} kind */
  begin(kind) {
    this.number += 1;
    this.votes.clear();
    this.current = { kind, number: this.number, open: true, predicted: null, truth: null, result: null };
  }

  cancel() {
    this.current = null;
  }

  /** @returns {SavedRounds} */
  get saved() {
    const { people, model, fooled } = this.score;
    return { number: this.number, score: { people, machine: model, fooled } };
  }

  /**
   * Return the current round as participants get it.
   * @returns {RoundMessage | null}
   */
  toMessage() {
    const { current } = this;
    return current && { number: current.number, kind: current.kind, open: current.open };
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
    current.predicted = predicted;
    if (majority === null) return;
    if (current.kind === "guess" && majority === predicted) this.settle(majority);
    if (current.kind === "fool" && votes.size > 1) this.settle(majority);
  }

  /**
   * End the round and count its points.
   * @param {Vote} truth
   */
  settle(truth) {
    const { current, score } = this;
    if (!current || current.truth !== null) return;
    current.open = false;
    current.truth = truth;
    const right = current.predicted === truth;
    if (current.kind === "guess") {
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
   * Take back the last step of the current round: its result with its points, or the end of the vote. Return
   * the step that was taken back, null if there was none.
   * @returns {"result" | "vote" | null}
   */
  undo() {
    const { current, score } = this;
    if (!current || current.open) return null;
    if (current.truth === null) {
      current.open = true;
      current.predicted = null;
      return "vote";
    }
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
    const title = fillIn(texts[`${current.kind}_title`], score);
    const values = { ...score, votes: votes.size, truth: current.truth === "x" ? texts.nothing : current.truth };
    if (current.open) return { title, text: fillIn(texts[`${current.kind}_open`], values) };
    if (current.result === null) return { title, text: texts.which };
    return { title, text: fillIn(texts[current.result], values) };
  }
}
