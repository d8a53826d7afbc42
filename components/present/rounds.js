// Rounds: a question to the room, "which digit is this?", and what comes of the answers.
//
// guess: people answer before the machine's answer is shown; a point for each side that is right.
// fool: the machine's answer is in sight; where people agree on another digit it has been fooled, and
// the drawing is kept as a hard example with what people say.

import { fillIn } from "../shared/dom.js";

export class Rounds {
  // saved: what an earlier page of this presentation knew.
  constructor(saved) {
    this.number = saved?.number ?? 0;
    this.score = saved?.score ?? { people: 0, machine: 0, fooled: 0 };
    this.votes = new Map();
    this.current = null;
  }

  begin(kind) {
    this.number += 1;
    this.votes.clear();
    this.current = { kind, number: this.number, open: true, truth: null, result: null };
  }

  get saved() {
    return { number: this.number, score: this.score };
  }

  // What phones are told of it.
  get asked() {
    const { current } = this;
    return current && { number: current.number, kind: current.kind, open: current.open };
  }

  vote(member, [number, value]) {
    if (this.current?.open && number === this.number) this.votes.set(member, value);
  }

  get counts() {
    const counts = {};
    for (const value of this.votes.values()) counts[value] = (counts[value] ?? 0) + 1;
    return counts;
  }

  // What more than half of those who answered say, null where they do not agree.
  get people() {
    const best = Object.entries(this.counts).sort((one, other) => other[1] - one[1])[0];
    return best && best[1] * 2 > this.votes.size ? best[0] : null;
  }

  // Close the vote. A truth that nobody has to tell is what both sides say.
  close(machine) {
    const { current } = this;
    current.open = false;
    current.machine = machine;
    const agreed = this.people;
    if (current.kind === "guess" && agreed !== null && agreed === machine) this.settle(agreed);
    if (current.kind === "fool" && this.votes.size > 1 && agreed !== null) this.settle(agreed);
  }

  // The truth is known. Answers whether the drawing is a hard example.
  settle(truth) {
    const { current } = this;
    if (current.truth !== null) return;
    current.open = false;
    current.truth = truth;
    const right = current.machine === truth;
    if (current.kind === "guess") {
      current.result = right ? "machine_right" : "machine_wrong";
      if (right) this.score.machine += 1;
      if (this.people === truth) this.score.people += 1;
    } else {
      current.hard = !right && truth !== "x";
      current.result = current.hard ? "fooled" : "not_fooled"; // "fooled_kept" as soon as it is
      if (current.hard) this.score.fooled += 1;
    }
  }

  // A sentence for the screen.
  sentence(texts) {
    const { current, votes, score } = this;
    if (!current) return "";
    const values = { ...score, votes: votes.size, truth: current.truth === "x" ? texts.nothing : current.truth };
    if (current.open) return fillIn(texts[`${current.kind}_open`], values);
    if (current.truth === null) return texts.which;
    return fillIn(texts[current.result], values);
  }
}
