// The presenter's console, /present?console: it controls the projected screen from another window or a phone.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { DIGITS } from "../shared/probabilities.js";
import { describeDuration, SceneClock } from "./console_clock.js";
import { ConsoleParticipants } from "./console_participants.js";
import { FrameQueue } from "./frame_queue.js";
import { qrSource } from "./invitation.js";
import { PresenterRoom, savedRoom } from "./presenter_room.js";
import { findScene, SCENES, sceneAfter } from "./scenes.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ProjectedState, RelayedMessage } from "../shared/room_types.d.ts" */
/** @import { Action } from "./keyboard.js" */
/** @import { PresentData } from "./present.js" */
/** @import { SavedRoom } from "./presenter_room.js" */
/** @import { Scene } from "./scenes.js" */

/** @type {Action[]} */
const ROOM_ACTIONS = [
  "lock",
  "all",
  "close",
  "teams",
  "toggleBlackScreen",
  "toggleTheme",
  "ownPad",
  "clear",
  "undo",
  "resetScores",
];

export class ConsolePage {
  /** @param {Node} root */
  constructor(root) {
    /** @type {Texts} */
    this.texts = {};
    this.language = "";
    this.publicUrl = "";
    /** @type {ProjectedState | null} null until the projected screen has answered */
    this.state = null;
    this.title = createElement("h1");
    this.time = createElement("p", "time");
    this.status = createElement("p", "status");
    this.status.setAttribute("role", "status");
    this.now = createElement("p", "now");
    this.next = createElement("p", "next");
    this.notes = createElement("p", "notes");
    this.steps = createElement("div", "steps");
    this.round = createElement("section", "round");
    this.scenes = createElement("div", "scenes");
    this.actions = createElement("div", "actions");
    this.participantArea = createElement("section", "participants");
    this.phone = createElement("details", "phone");
    const show = createElement("section", "show", this.now, this.next, this.steps, this.notes, this.round);
    const node = createElement(
      "section",
      "console",
      createElement("header", "", this.title, this.time, this.status),
      show,
      createElement("section", "control", this.scenes, this.actions, this.phone),
      this.participantArea,
    );
    root.appendChild(node);
    this.clock = new SceneClock();
    this.queue = new FrameQueue(() => this.show());
    this.saved = roomOfUrl() ?? savedRoom();
    this.room = this.saved && this.openRoom(this.saved);
    this.participants = new ConsoleParticipants((message) => this.room?.relay(message), this.rename.bind(this));
    this.participantArea.append(this.participants.node);
    this.timer = setInterval(() => this.showTime(), 1000);
  }

  /** @param {SavedRoom} saved */
  openRoom(saved) {
    const changed = () => this.queue.addAll();
    return new PresenterRoom(
      saved,
      {
        onConnectionChange: changed,
        onRoomChange: () => this.ask(),
        onMembersChange: changed,
        onDrawingsChange: changed,
        onPredictionsChange: changed,
        onVote: changed,
        onSaveError: changed,
        onLabelSaved: changed,
        onRelayed: (message) => this.receive(message),
        onEnd: () => this.end(),
      },
      true,
    );
  }

  /** Ask the projected screen what it shows. */
  ask() {
    this.room?.relay({ ask: true });
    this.queue.addAll();
  }

  /** @param {RelayedMessage} message */
  receive(message) {
    if (!("state" in message)) return;
    this.state = message.state;
    this.clock.enter(message.state.scene);
    this.queue.addAll();
  }

  end() {
    this.room = null;
    this.queue.addAll();
  }

  /** @param {PresentData} data */
  update({ texts, language, publicUrl }) {
    Object.assign(this, { texts, language, publicUrl });
    this.participants.setTexts(texts);
    this.showControls();
    this.queue.addAll();
  }

  /**
   * @param {Action} action
   * @param {string} [digit]
   */
  act(action, digit) {
    this.room?.relay({ act: action, digit });
  }

  /**
   * @param {string} id a participant's
   * @param {string} name
   */
  rename(id, name) {
    this.room?.rename(id, name);
  }

  /** Create what depends on the language only. */
  showControls() {
    const { texts } = this;
    const button = (/** @type {Action} */ action) => {
      const node = createButton("button", texts[`do_${action}`], () => this.act(action));
      node.dataset.action = action;
      return node;
    };
    this.steps.replaceChildren(button("back"), button("next"));
    this.scenes.replaceChildren(...SCENES.map((scene) => this.sceneButton(scene)));
    const clearAll = createButton("button", texts.do_clearAll, () => {
      if (window.confirm(texts.ask_clear_all)) this.room?.relay({ clearAll: true });
    });
    this.actions.replaceChildren(...ROOM_ACTIONS.map(button), clearAll);
    this.showPhoneLink();
  }

  /** @param {Scene} scene */
  sceneButton(scene) {
    const button = createButton("button", sceneName(scene, this.texts), () => this.act(scene));
    button.dataset.scene = scene;
    return button;
  }

  /** Offer a link with which a phone controls the screen; it contains the right to present. */
  showPhoneLink() {
    if (!this.saved) return;
    const { code, session, token, opened } = this.saved;
    const page = new URL(`present?console&lang=${this.language}`, this.publicUrl || window.location.href);
    page.hash = new URLSearchParams({ code, session, token, opened: String(opened) }).toString();
    const qr = createElement("img", "qr");
    qr.loading = "lazy";
    qr.src = qrSource(code, page.href);
    qr.alt = this.texts.console_phone;
    const note = createElement("p", "", this.texts.console_phone_note);
    this.phone.replaceChildren(createElement("summary", "", this.texts.console_phone), note, qr);
  }

  show() {
    const { room, state, texts } = this;
    setText(this.title, fillIn(texts.console_title, { code: room?.code ?? "" }));
    setText(this.status, this.problem);
    const scene = findScene(state?.scene);
    setText(this.now, state ? fillIn(texts.console_now, { scene: sceneName(scene, texts) }) : "");
    const next = sceneAfter(scene, 1);
    setText(this.next, state && next !== scene ? fillIn(texts.console_next, { scene: sceneName(next, texts) }) : "");
    setText(this.notes, state ? texts[`note_${scene.replace(/\d$/, "")}`] : "");
    for (const button of this.scenes.children) {
      const isShown = state !== null && /** @type {HTMLElement} */ (button).dataset.scene === scene;
      button.setAttribute("aria-pressed", String(isShown));
    }
    this.showTeams();
    this.showRound();
    this.showTime();
    if (room) this.participants.show(room, state);
  }

  showTeams() {
    const { state, texts } = this;
    const button = this.actions.querySelector("[data-action=teams]");
    if (button) setText(button, state?.teams ? fillIn(texts.console_teams, { count: state.teams }) : texts.do_teams);
  }

  /** What keeps the console from working, "" for nothing. */
  get problem() {
    const { room, state, texts } = this;
    if (!this.saved) return texts.console_no_room;
    if (!room) return texts.console_over;
    if (!room.link.connected) return texts.lost;
    return state ? "" : texts.console_waiting;
  }

  showRound() {
    const { state, texts } = this;
    const round = state?.round ?? null;
    this.round.hidden = round === null;
    if (!round) return;
    const shown = JSON.stringify([this.language, round]);
    if (this.round.dataset.shown === shown) return; // its buttons may be under a finger
    this.round.dataset.shown = shown;
    /** @type {HTMLElement[]} */
    const parts = [createElement("h2", "", round.title), createElement("p", "", round.text)];
    if (round.open)
      parts.push(
        createButton("button", state?.scene === "race" ? texts.console_end_race : texts.console_close_vote, () =>
          this.act("next"),
        ),
      );
    if (!round.settled && state?.scene !== "race") parts.push(this.answerButtons());
    if (!round.open && state?.scene !== "race")
      parts.push(createButton("button", texts.console_take_back, () => this.act("undo")));
    const scene = /** @type {Action} */ (state?.scene);
    parts.push(createButton("button", texts.console_new_round, () => this.act(scene)));
    this.round.replaceChildren(...parts);
  }

  answerButtons() {
    const buttons = DIGITS.map((digit) =>
      createButton("button", String(digit), () => this.act("digit", String(digit))),
    );
    const group = createElement("div", "answers", ...buttons);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.texts.which);
    return group;
  }

  showTime() {
    if (!this.saved) return;
    const total = describeDuration(Date.now() - this.saved.opened);
    const inScene = describeDuration(this.clock.elapsed);
    setText(this.time, fillIn(this.texts.console_time ?? "", { total, scene: inScene }));
  }

  destroy() {
    clearInterval(this.timer);
    this.queue.destroy();
    this.participants.destroy();
    this.room?.destroy();
  }
}

/**
 * @param {Scene} scene
 * @param {Texts} texts
 */
const sceneName = (scene, texts) => texts[`do_${scene}`] ?? texts[`${scene}_title`];

/**
 * Return the room that a link to the console contains; null if there is none.
 * @returns {SavedRoom | null}
 */
function roomOfUrl() {
  const values = Object.fromEntries(new URLSearchParams(window.location.hash.slice(1)));
  const { code, session, token, opened } = values;
  return code && session && token ? { code, session, token, opened: Number(opened) || Date.now() } : null;
}
