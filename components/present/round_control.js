// Runs the rounds in a room: asks the participants, closes the vote, saves hard examples.

import { DIGITS } from "../shared/probabilities.js";
import { isPad } from "./presenter_room.js";
import { Rounds } from "./rounds.js";

/** @import { Vote } from "../shared/room_types.d.ts" */
/** @import { Focus } from "./focus.js" */
/** @import { MemberPrediction, PresenterRoom } from "./presenter_room.js" */
/** @import { SavedRounds } from "./rounds.js" */
/** @import { Scene } from "./scenes.js" */

const RACE_TICK = 250; // ms

export class RoundControl {
  /**
   * @param {PresenterRoom} room
   * @param {Focus} focus the drawing in question
   * @param {SavedRounds | undefined} saved
   * @param {() => void} onChange
   */
  constructor(room, focus, saved, onChange) {
    this.room = room;
    this.focus = focus;
    this.rounds = new Rounds(saved);
    this.onChange = onChange;
    this.labelSent = 0; // number of the last round whose hard example was sent
    this.labelledMember = ""; // whose drawing it is
    /** @type {ReturnType<typeof setInterval> | undefined} runs during a race */
    this.raceTimer = undefined;
  }

  get hasRound() {
    return this.rounds.current !== null;
  }

  get open() {
    return this.rounds.current?.open ?? false;
  }

  /** Whether people guess, so that no prediction may be shown. */
  get hidesPrediction() {
    return this.open && this.rounds.current?.kind === "guess";
  }

  /** The votes to show next to the bars; null while the vote is open, so that votes are independent. */
  get shownVotes() {
    return this.hasRound && !this.open ? this.rounds.countVotes() : null;
  }

  /**
   * Begin the round of a scene that has one; else end the current one.
   * @param {Scene} scene
   */
  enterScene(scene) {
    const { round, predictionsHidden } = this.room.settings;
    clearInterval(this.raceTimer);
    if (scene === "podium") return; // phones go on showing what the last round brought
    if (scene === "race") this.beginRace();
    else if (scene === "guess" || scene === "fool") this.rounds.begin(scene);
    else if (!round && !predictionsHidden) return;
    else this.rounds.cancel();
    this.updateParticipants();
  }

  /** Let everybody draw the same digit, from a blank pad. */
  beginRace() {
    const before = this.rounds.current?.kind === "race" ? this.rounds.current.predicted : null;
    const targets = DIGITS.map(String).filter((digit) => digit !== before);
    this.rounds.begin("race", targets[Math.floor(Math.random() * targets.length)]);
    this.room.clearAllDrawings();
    this.raceTimer = setInterval(() => {
      if (this.open && this.rounds.timeLeft > 0) this.onChange();
      else this.endRace();
    }, RACE_TICK);
  }

  endRace() {
    clearInterval(this.raceTimer);
    if (this.open) this.close();
  }

  /** @param {string[]} ids of members whose prediction has changed */
  predictionsChanged(ids) {
    if (this.rounds.current?.kind !== "race" || !this.open) return;
    for (const id of ids) {
      const prediction = this.room.members.get(id)?.prediction;
      if (!isPad(id) && prediction?.verdict === "digit") this.rounds.recognized(id, prediction.text);
    }
    const waiting = this.room.presentParticipants.some(({ id }) => !this.rounds.times.has(id));
    if (!waiting && this.rounds.times.size > 0) this.endRace();
  }

  updateParticipants() {
    this.room.saveProgress({ rounds: this.rounds.saved });
    this.room.changeSettings({ round: this.rounds.toMessage(), predictionsHidden: this.hidesPrediction });
  }

  /**
   * @param {string} member
   * @param {[round: number, value: Vote]} vote
   */
  vote(member, vote) {
    this.rounds.vote(member, vote);
    this.onChange();
  }

  /** Close the vote with the prediction of the drawing in focus. */
  close() {
    this.rounds.entrants = this.room.presentParticipants.map(({ id }) => id);
    this.rounds.close(toVote(this.focus.member.prediction));
    this.afterRound();
  }

  /**
   * End the round with the digit that was drawn, as the presenter says.
   * @param {Vote} truth
   */
  settle(truth) {
    if (this.open) this.close();
    this.rounds.settle(truth, this.focus.onPad ? null : this.focus.memberId);
    this.afterRound();
  }

  afterRound() {
    const { current } = this.rounds;
    if (current?.result === "fooled" && current.truth !== null && this.labelSent !== current.number) {
      this.labelSent = current.number;
      this.labelledMember = this.focus.memberId;
      this.room.label(this.labelledMember, current.truth);
    }
    this.updateParticipants();
    this.onChange();
  }

  /** Take back the last step of the round, with the hard example it saved; return whether there was one. */
  undo() {
    const { current } = this.rounds;
    const undone = this.rounds.undo();
    if (undone === null || !current) return false;
    if (undone === "result" && this.labelSent === current.number) {
      this.labelSent = 0;
      this.room.label(this.labelledMember, null);
    }
    this.updateParticipants();
    this.onChange();
    return true;
  }

  destroy() {
    clearInterval(this.raceTimer);
  }

  /** Play again: everybody begins with no points. */
  resetScores() {
    this.rounds.scoreboard.reset();
    this.room.saveProgress({ rounds: this.rounds.saved });
    this.onChange();
  }

  /** The hard example was saved. */
  confirmSaved() {
    this.rounds.confirmSaved();
    this.onChange();
  }
}

/**
 * Return a prediction as a vote: its one digit, else "x".
 * @param {MemberPrediction | null} prediction
 * @returns {Vote}
 */
export function toVote(prediction) {
  const digits = prediction?.digits ?? [];
  return digits.length === 1 && prediction?.verdict !== "not_a_digit" ? String(digits[0].value) : "x";
}
