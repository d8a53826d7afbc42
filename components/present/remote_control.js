// The projected screen's side of the console: it executes the console's commands and reports what it shows.

/** @import { ProjectedState, RelayedMessage } from "../shared/room_types.d.ts" */
/** @import { Action } from "./keyboard.js" */
/** @import { Presenter } from "./presenter.js" */

export class RemoteControl {
  /** @param {Presenter} presenter */
  constructor(presenter) {
    this.presenter = presenter;
    this.reported = ""; // the state that consoles have, as JSON
    this.hasConsole = false;
  }

  /** @param {RelayedMessage} message */
  receive(message) {
    const { presenter } = this;
    if ("ask" in message) {
      this.hasConsole = true;
      presenter.layout.showsToolbar = false; // the room sees the projected screen, the presenter has the console
      this.reported = "";
    } else if ("act" in message && message.act in presenter.actions) {
      presenter.act(/** @type {Action} */ (message.act), message.digit);
    } else if ("choose" in message && presenter.room.members.has(message.choose)) {
      presenter.choose(message.choose);
    } else if ("pen" in message) {
      presenter.room.changeSettings({ pen: message.pen });
    } else if ("remove" in message) {
      presenter.remove(message.remove);
    } else if ("clearAll" in message) {
      presenter.clearAll();
    }
    this.report();
  }

  /** Tell the consoles what is shown, if that has changed. */
  report() {
    if (!this.hasConsole) return;
    const state = this.state;
    const json = JSON.stringify(state);
    if (json === this.reported || !this.presenter.room.link.connected) return;
    this.reported = json;
    this.presenter.room.relay({ state });
  }

  /** @returns {ProjectedState} */
  get state() {
    const { focus, layout, room, rounds, scene } = this.presenter;
    const { current } = rounds.rounds;
    const round = current && {
      ...rounds.rounds.caption(layout.texts),
      open: current.open,
      settled: current.truth !== null,
    };
    const { pen, closed, teams } = room.settings;
    return { scene, focus: focus.memberId, pen, closed, black: layout.isBlack, teams: teams?.count ?? 0, round };
  }
}
