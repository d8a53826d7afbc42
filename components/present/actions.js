// What each action of the presenter does, and what the status line says of it.

import { fillIn } from "../shared/dom.js";
import { PAD_IDS } from "./presenter_room.js";
import { SCENES, sceneAfter } from "./scenes.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { RoomSettings } from "../shared/room_types.d.ts" */
/** @import { Action } from "./keyboard.js" */
/** @import { Presenter } from "./presenter.js" */
/** @import { Scene } from "./scenes.js" */

/** Subject of the confirmation to clear all drawings; to remove a participant, it is their id. */
export const EVERYBODY = "all";

/**
 * Return what to do for each action.
 * @param {Presenter} presenter
 * @returns {Record<Action, (digit: string) => void>} digit: of the action "digit"
 */
export function createActions(presenter) {
  const { confirmation, focus, layout, room, rounds } = presenter;
  const showScene = (/** @type {Scene} */ scene) => () => presenter.showScene(scene, { restart: true });
  const scenes = /** @type {Record<Scene, () => void>} */ (
    Object.fromEntries(SCENES.map((scene) => [scene, showScene(scene)]))
  );
  return {
    ...scenes,
    tour: scenes.tour1,
    next: () => (rounds.open ? rounds.close() : presenter.showScene(sceneAfter(presenter.scene, 1))),
    back: () => presenter.showScene(sceneAfter(presenter.scene, -1)),
    ownPad: () => presenter.choose(PAD_IDS[0]),
    nextParticipant: () => presenter.choose(focus.neighbor(1)),
    previousParticipant: () => presenter.choose(focus.neighbor(-1)),
    toggleFullscreen,
    toggleBlackScreen: () => layout.toggleBlackScreen(),
    escape: () => layout.toggleBlackScreen(false),
    resetScores: () => rounds.resetScores(),
    console: () => openConsole(layout.language),
    help: () => layout.help.toggle(),
    toggleTheme() {
      layout.toggleTheme();
      presenter.queue.addAll();
    },
    clear() {
      presenter.animations.stop();
      if (focus.onPad) presenter.changePads((pad) => room.clearPad(pad));
      else room.clearDrawing(focus.memberId);
    },
    clearAll() {
      if (confirmation.request(EVERYBODY)) presenter.clearAll();
    },
    undo() {
      if (rounds.undo()) return;
      if (focus.onPad) presenter.changePads((pad) => room.undoPad(pad));
    },
    lock: () => room.changeSettings({ pen: room.settings.pen === "nobody" ? "all" : "nobody" }),
    all: () => room.changeSettings({ pen: "all" }),
    giveTurn() {
      if (!focus.onPad) room.changeSettings({ pen: focus.memberId });
    },
    giveTurnToNext() {
      const participants = room.presentParticipants.map(({ id }) => id);
      if (participants.length === 0) return;
      const next = participants[(participants.indexOf(room.settings.pen) + 1) % participants.length];
      room.changeSettings({ pen: next });
      presenter.choose(next);
    },
    remove() {
      if (!focus.onPad && confirmation.request(focus.memberId)) presenter.remove(focus.memberId);
    },
    teams: () => presenter.changeTeams(),
    close: () => room.changeSettings({ closed: !room.settings.closed }),
    digit(digit) {
      if (rounds.hasRound && presenter.scene !== "race") rounds.settle(digit);
    },
  };
}

/**
 * Open the console in a window of its own, which gets a copy of this tab's room.
 * @param {string} language
 */
function openConsole(language) {
  window.open(`present?console&lang=${language}`, "inkling-console", "popup,width=980,height=760");
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.(); // not on iPhones
}

/**
 * @typedef {object} ActionState
 * @property {string} focus id of the member in focus
 * @property {string | null} pending what waits to be confirmed
 * @property {string} name of the only participant who may draw, if there is one
 */

/**
 * Return what an action has changed, "" if it is visible anyway.
 * @param {Action} action that was done
 * @param {Pick<RoomSettings, "pen" | "closed" | "teams">} settings
 * @param {ActionState} state
 * @param {Texts} texts
 */
export function describeEffect(action, { pen, closed, teams }, { focus, pending, name }, texts) {
  switch (action) {
    case "lock":
      return pen === "nobody" ? texts.status_locked : texts.status_all;
    case "all":
      return texts.status_all;
    case "giveTurn":
      return pen === focus ? fillIn(texts.status_one, { name }) : "";
    case "giveTurnToNext":
      return isOne(pen) ? fillIn(texts.status_one, { name }) : "";
    case "teams":
      return teams ? fillIn(texts.status_teams, { count: teams.count }) : texts.status_no_teams;
    case "close":
      return closed ? texts.status_closed : texts.status_open;
    case "remove":
      return pending === focus ? texts.confirm_remove : "";
    case "clearAll":
      return pending === EVERYBODY ? texts.confirm_clear : texts.status_cleared;
    default:
      return "";
  }
}

/**
 * Return what keeps participants from drawing or joining, "" for nothing.
 * @param {Pick<RoomSettings, "pen" | "closed">} settings
 * @param {string} name of the only participant who may draw, if there is one
 * @param {Texts} texts
 */
export function describeRoom({ pen, closed }, name, texts) {
  const parts = [];
  if (pen === "nobody") parts.push(texts.status_locked);
  else if (isOne(pen)) parts.push(fillIn(texts.status_one, { name }));
  if (closed) parts.push(texts.status_closed);
  return parts.join(" · ");
}

/** @param {string} pen of the settings */
const isOne = (pen) => pen !== "all" && pen !== "nobody";
