// A participant in a room: draws on the presenter's screen and answers the presenter's questions.

import { createButton, createElement, fillIn, setHidden, setText } from "../shared/dom.js";
import { applyDrawingUpdate, DrawingSurface, SurfacePen } from "../shared/drawing_surface.js";
import { randomKey } from "../shared/random_key.js";
import { PRESENCE_INTERVAL, RoomLink, TRY_AGAIN_LATER } from "../shared/room_link.js";
import { localStore } from "../shared/storage.js";
import { TEAM_SIGNS } from "../shared/teams.js";

/** @import { Stroke, Texts } from "../shared/types.d.ts" */
/**
 * @import {
 *   AddedPoints, DrawingMessage, ParticipantHello, ParticipantRequest, ParticipantRoomMessage,
 *   ParticipantUpdate, TilePrediction, Vote
 * } from "../shared/room_types.d.ts"
 */
/** @import { EndReason } from "../shared/room_link.js" */

const KEY = "inkling.guest"; // in local storage: the key that identifies this browser to the room
const NAME = "inkling.name"; // in local storage
const NAME_LENGTH = 24; // characters
const ANSWERS = [..."0123456789", "x"];
const BUZZ_RIGHT = [120]; // ms
const BUZZ_WRONG = [40, 60, 40];
const SHORTEST_PACE = 8; // ms; in a small room every point is sent immediately

export class Participant {
  /**
   * @param {HTMLElement} root
   * @param {Texts} texts
   * @param {string} code of the room
   * @param {(suggestion: string) => void} askForCode called to enter a different room
   */
  constructor(root, texts, code, askForCode) {
    this.root = root;
    this.texts = texts;
    this.code = code;
    this.askForCode = askForCode;
    /** @type {ParticipantRoomMessage | null} null until the room has sent its state */
    this.room = null;
    /** @type {string | null} the signed id of the drawing in progress */
    this.drawingId = null;
    /** @type {TilePrediction | null} */
    this.prediction = null;
    /** @type {AddedPoints[]} points that go out together */
    this.unsent = [];
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.sendTimer = null;
    /** @type {{ round: number, value: Vote, repeated: boolean } | null} */
    this.vote = null;
    /** @type {number | null} */
    this.frame = null;

    this.nameInput = this.createNameInput();
    this.status = createElement("p", "state");
    this.status.setAttribute("role", "status");
    this.team = createElement("p", "team");
    this.otherCode = createButton("button other-code", texts.other_code, () => this.leave());
    this.otherCode.hidden = true;
    this.surface = new DrawingSurface();
    this.surface.canvas.setAttribute("role", "img");
    this.surface.canvas.setAttribute("aria-label", texts.pad);
    this.pen = new SurfacePen(this.surface, {
      canDraw: () => this.canDraw,
      onPoints: (update) => this.pointsDrawn(update),
      onLift: () => this.sendPoints(),
      onPalm: () => this.undo(),
    });
    this.hint = createElement("p", "hint", texts.hint);
    this.undoButton = createButton("button", texts.undo, () => this.undo());
    this.clearButton = createButton("button", texts.clear, () => this.clear());
    this.resultNote = createElement("p", "result");
    this.resultNote.setAttribute("role", "status");
    this.raceEndsAt = 0; // performance.now()
    this.buzzedRound = 0; // number of the last round whose result was felt
    this.raceTimer = setInterval(() => this.room?.round?.kind === "race" && this.show(), 500);
    this.predictedText = createElement("output", "read");
    this.answerButtons = ANSWERS.map((answer) => this.createAnswerButton(answer));
    this.question = createElement(
      "fieldset",
      "question",
      createElement("legend", "", texts.question),
      ...this.answerButtons,
    );
    this.sessionLink = createElement("a", "button session", texts.session);
    this.root.replaceChildren(
      createElement("header", "", createElement("h1", "", fillIn(texts.title, { code })), this.nameInput),
      this.status,
      this.team,
      this.otherCode,
      this.resultNote,
      createElement("div", "sheet", this.surface.canvas, this.hint),
      createElement("div", "tools", this.predictedText, this.undoButton, this.clearButton),
      this.question,
      this.sessionLink,
      createElement("p", "saved-note", texts.saved_note),
    );
    this.root.dataset.stage = "room";
    this.showStatus("connecting");

    /** @type {RoomLink<ParticipantRequest, ParticipantUpdate>} */
    this.link = new RoomLink(code, {
      createHello: () => this.createHello(),
      onMessage: (message) => this.messageReceived(message),
      onConnectionChange: (connected, closeCode) => connected || this.connectionLost(closeCode),
      onEnd: (reason) => this.end(reason),
    });
    this.show();
    // At random times, so that not all phones of a room send the request at the same moment.
    this.presenceTimer = setInterval(() => this.checkPresence(), PRESENCE_INTERVAL * (0.8 + 0.4 * Math.random()));
  }

  createNameInput() {
    const input = createElement("input");
    const attributes = { maxLength: NAME_LENGTH, placeholder: this.texts.name, autocomplete: "nickname" };
    Object.assign(input, { value: localStore.get(NAME) ?? "", ...attributes });
    input.setAttribute("aria-label", this.texts.name);
    input.addEventListener("change", () => {
      localStore.set(NAME, input.value);
      this.link.send({ name: input.value });
    });
    return input;
  }

  /** @param {Vote} value */
  createAnswerButton(value) {
    const button = createButton("button", value === "x" ? this.texts.no_digit : value, () => {
      const round = this.room?.round?.number;
      if (round === undefined) return;
      this.vote = { round, value, repeated: false };
      this.link.send({ vote: { round, value } });
      this.show();
    });
    button.dataset.value = value;
    return button;
  }

  get canDraw() {
    return this.room?.draw ?? true;
  }

  /** @returns {ParticipantHello} */
  createHello() {
    const strokes = this.surface.strokes.filter((stroke) => stroke.length);
    this.unsent = []; // the hello has all strokes
    this.pen.cancelStroke();
    return { hello: "guest", key: browserKey(), name: this.nameInput.value, drawing: this.drawingId, strokes };
  }

  /** @param {AddedPoints} update */
  pointsDrawn(update) {
    this.unsent.push(update);
    const pace = this.room?.pace ?? 0;
    this.sendTimer ??= setTimeout(() => this.sendPoints(), pace > SHORTEST_PACE ? pace : 0);
    this.paint();
  }

  sendPoints() {
    if (this.sendTimer !== null) clearTimeout(this.sendTimer);
    this.sendTimer = null;
    if (this.unsent.length === 0) return;
    const points = this.unsent;
    this.unsent = [];
    this.link.send({ ink: points });
  }

  undo() {
    this.changeDrawing({ undo: true }, this.surface.strokes.slice(0, -1));
  }

  clear() {
    this.changeDrawing({ clear: true }, []);
  }

  /**
   * @param {DrawingMessage} change
   * @param {Stroke[]} strokes
   */
  changeDrawing(change, strokes) {
    if (!this.canDraw || this.pen.drawing) return;
    this.sendPoints();
    this.surface.setStrokes(strokes);
    this.link.send(change);
    this.paint();
  }

  /** @param {ParticipantUpdate} message */
  messageReceived({ room, drawing, ink: drawingUpdate, reading: prediction }) {
    if (room) {
      this.room = room;
      this.raceEndsAt = performance.now() + (room.round?.seconds ?? 0) * 1000;
      this.otherCode.hidden = true;
    }
    if (drawing) this.drawingId = drawing;
    if (drawingUpdate) {
      this.pen.cancelStroke();
      this.unsent = [];
      this.surface.setStrokes(applyDrawingUpdate(this.surface.strokes, drawingUpdate));
    }
    if (prediction !== undefined) this.prediction = prediction;
    this.repeatLostVote();
    this.show();
  }

  /** Send the vote again, once, if the room has not received it because the connection was lost. */
  repeatLostVote() {
    const { room, vote } = this;
    if (!vote || vote.repeated || vote.round !== room?.round?.number || room.vote) return;
    this.link.send({ vote: { round: vote.round, value: vote.value } });
    vote.repeated = true;
  }

  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.surface.paint();
      const empty = this.surface.strokes.length === 0;
      setHidden(this.hint, !empty || !this.canDraw);
      this.undoButton.disabled = this.clearButton.disabled = empty || !this.canDraw;
    });
  }

  show() {
    const { texts, room, prediction } = this;
    const round = room?.round;
    this.question.hidden = !round?.open || round.kind === "race";
    for (const button of this.answerButtons) {
      const chosen = this.vote?.round === round?.number && this.vote?.value === button.dataset.value;
      button.setAttribute("aria-pressed", String(chosen));
    }
    setText(this.predictedText, prediction?.text ? fillIn(texts.prediction, { text: prediction.text }) : "");
    this.sessionLink.hidden = !room?.session;
    if (room?.session) this.sessionLink.href = `present?show=${encodeURIComponent(room.session)}`;
    this.root.toggleAttribute("data-locked", !this.canDraw);
    if (room && this.link.connected) this.showStatus(roomStatus(room));
    this.showTeam();
    this.showResult();
    this.paint();
  }

  /**
   * Reconnect if the presenter is on another replica: the gateway may have sent this phone to a different
   * replica while the presenter's was too slow to accept the connection.
   */
  async checkPresence() {
    if (this.room?.presenter !== false) return;
    const presence = await this.link.fetchPresence();
    if (presence?.screens && !this.room.presenter) this.link.reconnect();
  }

  /** @param {number} [closeCode] */
  connectionLost(closeCode) {
    const noRoom = closeCode === TRY_AGAIN_LATER && this.room === null;
    this.otherCode.hidden = !noRoom;
    this.showStatus(noRoom ? "no_room" : "lost");
  }

  /** @param {string} status the key of its text */
  showStatus(status) {
    this.status.dataset.state = status;
    const seconds = Math.max(0, Math.ceil((this.raceEndsAt - performance.now()) / 1000));
    const values = { code: this.code, target: this.room?.round?.target, seconds };
    setText(this.status, fillIn(this.texts[status], values));
  }

  showTeam() {
    const { room, texts } = this;
    const team = room?.team ?? null;
    setHidden(this.team, team === null);
    if (team === null) return;
    setText(this.team, fillIn(texts.team, { team: `${TEAM_SIGNS[team]} ${texts[`team_${team}`]}` }));
    this.team.dataset.team = String(team);
  }

  /** Show what the last round brought to this participant; where possible, it can be felt. */
  showResult() {
    const { buzzedRound, room, texts } = this;
    const result = room?.result ?? null;
    this.resultNote.hidden = result === null;
    if (!room?.round || !result) return;
    const sentence = fillIn(texts[result.right ? "result_right" : "result_wrong"], { ...result });
    const streak = result.streak > 1 ? ` ${fillIn(texts.result_streak, { ...result })}` : "";
    setText(this.resultNote, sentence + streak);
    this.resultNote.dataset.right = String(result.right);
    if (buzzedRound === room.round.number) return;
    this.buzzedRound = room.round.number;
    navigator.vibrate?.(result.right ? BUZZ_RIGHT : BUZZ_WRONG);
  }

  /** Ask for another code. */
  leave() {
    this.link.destroy();
    clearInterval(this.raceTimer);
    clearInterval(this.presenceTimer);
    this.surface.destroy();
    this.askForCode(this.code);
  }

  /** @param {EndReason} reason */
  end(reason) {
    clearInterval(this.raceTimer);
    clearInterval(this.presenceTimer);
    this.surface.destroy();
    this.root.dataset.stage = "ended";
    const suggestion = reason === "unknown" ? this.code : ""; // probably a typing error
    const text = reason === "unknown" ? this.texts.other_code : this.texts.again; // a wrong code was never joined
    const again = createButton("button", text, () => this.askForCode(suggestion));
    const explanation = createElement("p", "", this.texts[`ended_${reason}`]);
    this.root.replaceChildren(createElement("h1", "", "Inkling"), explanation, again);
  }
}

/**
 * Return who may draw, or what is missing, as the key of a text.
 * @param {ParticipantRoomMessage} room
 */
export function roomStatus(room) {
  if (!room.presenter) return "no_presenter";
  if (room.round?.kind === "race" && room.round.open) return room.draw ? "race" : "locked";
  if (room.pen === "you") return "your_pen";
  if (room.pen === "all") return room.round?.kind === "fool" ? "fool" : "all";
  return room.pen === "nobody" ? "locked" : "others_pen";
}

/** Return this browser's key. If storage is blocked, every reload joins as a new participant. */
function browserKey() {
  let key = localStore.get(KEY);
  if (!key) {
    key = randomKey();
    localStore.set(KEY, key);
  }
  return key;
}
