// Rounds on the big screen: asking the room, closing the vote, saying what came of it.

import { fillIn } from "../shared/dom.js";
import { Mover } from "./mover.js";
import { STEPS } from "./steps.js";

// The stage is one of these: it has a caption and tells when it is to be painted.
export class Asker extends Mover {
  get isRound() {
    return this.rounds.current !== null && ["guess", "fool"].includes(STEPS[this.step]);
  }

  // A guess is being asked for: nobody may see what the machine says.
  get hidden() {
    return this.isRound && this.rounds.current.kind === "guess" && this.rounds.current.open;
  }

  leaveRound(name) {
    const asks = name === "guess" || name === "fool";
    if (!asks && !this.room.settings.round && !this.room.settings.hush) return;
    if (asks) this.rounds.begin(name);
    else this.rounds.current = null;
    this.tellPhones();
  }

  tellPhones() {
    this.room.rounds = this.rounds.saved;
    this.room.set({ round: this.rounds.asked, hush: this.hidden });
  }

  closesRound() {
    return this.isRound && this.rounds.current.open;
  }

  closeRound() {
    const reading = this.member(this.focus).reading;
    const one = reading?.digits?.length === 1 ? reading.digits[0] : null;
    this.rounds.close(!one || reading.verdict === "not_a_digit" ? "x" : String(one.value));
    this.afterRound();
  }

  settle(digit) {
    if (this.rounds.current.open) this.closeRound();
    this.rounds.settle(digit);
    this.afterRound();
  }

  // A hard example goes into the history with what people say it is.
  afterRound() {
    const { current } = this.rounds;
    if (current.hard && !current.sent) {
      current.sent = true;
      this.room.link.send({ do: "label", member: this.focus, text: current.truth });
    }
    this.tellPhones();
    this.soon(["all"]);
  }

  // The history has it.
  labelled() {
    const { current } = this.rounds;
    if (current?.result === "fooled") current.result = "fooled_kept";
    this.soon(["all"]);
  }

  tellRound() {
    const { texts, rounds } = this;
    const { kind } = rounds.current;
    this.tellCaption(fillIn(texts[`${kind}_title`], rounds.score), rounds.sentence(texts));
  }
}
