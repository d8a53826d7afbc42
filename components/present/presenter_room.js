// The presenter's client of a room: its members with their drawings and predictions, and its settings.

import { applyDrawingUpdate } from "../shared/drawing_surface.js";
import { PRESENCE_INTERVAL, RoomLink } from "../shared/room_link.js";
import { sessionStore } from "../shared/storage.js";

/** @import { Stroke } from "../shared/types.d.ts" */
/**
 * @import {
 *   AddedPoints, MemberMessage, PresenterHello, PresenterRequest, PresenterUpdate, RelayedMessage, RoomPrediction,
 *   RoomResponse, RoomSettings, SettingsMessage, TilePrediction, Vote
 * } from "../shared/room_types.d.ts"
 */
/** @import { SavedRounds } from "./rounds.js" */
/** @import { Scene } from "./scenes.js" */

const STORAGE_KEY = "inkling.presented"; // this tab's room, so that it survives a reload
const LIFETIME = 23 * 3600_000; // ms that a room can be presented; its token is valid for a day

/** @type {RoomSettings} */
const DEFAULT_SETTINGS = {
  pen: "all",
  closed: false,
  predictionsHidden: false,
  round: null,
  finished: false,
  teams: null,
};

/** Ids of the presenter's own pads, which are members like the participants. */
export const PAD_IDS = /** @type {const} */ (["screen1", "screen2"]);

/** @param {string} id a member's */
export const isPad = (id) => PAD_IDS.some((pad) => pad === id);

/** @typedef {TilePrediction & Partial<Pick<RoomPrediction, "digits">>} MemberPrediction digits: of watched members */

/**
 * @typedef {object} Member a participant, or one of the presenter's pads
 * @property {string} id
 * @property {string} name
 * @property {boolean} away their connection is lost
 * @property {string} [drawing] the signed id of the drawing in progress
 * @property {Stroke[]} strokes
 * @property {number} revision counts how often the drawing was replaced instead of extended
 * @property {MemberPrediction | null} prediction
 */

/**
 * @typedef {RoomResponse & { opened: number, settings?: SettingsMessage, removed?: string[] } & Progress} SavedRoom
 *   opened: ms since 1970
 */

/**
 * @typedef {object} Progress how far the presentation is
 * @property {Scene} [scene]
 * @property {SavedRounds} [rounds]
 */

/**
 * @typedef {object} RoomListener called after each change; ids are members'
 * @property {(connected: boolean) => void} onConnectionChange
 * @property {() => void} onRoomChange the room has sent its first message, or its settings have changed
 * @property {(ids: string[]) => void} onMembersChange
 * @property {(ids: string[]) => void} onDrawingsChange
 * @property {(ids: string[]) => void} onPredictionsChange
 * @property {(id: string, vote: [round: number, value: Vote]) => void} onVote
 * @property {(error: string | null) => void} onSaveError why drawings cannot be saved; null once saving works again
 * @property {() => void} onLabelSaved
 * @property {(message: RelayedMessage) => void} [onRelayed] another of the presenter's screens has sent something
 * @property {() => void} onEnd the room is over or presented elsewhere
 */

/**
 * Return the room that this tab presented last, or a new one.
 * @returns {Promise<SavedRoom>}
 */
export async function openRoom() {
  const saved = savedRoom();
  if (saved && Date.now() - saved.opened < LIFETIME) return saved;
  const response = await fetch("api/rooms", { method: "POST" });
  if (!response.ok) throw new Error(`no room: ${response.status}`);
  return { .../** @type {RoomResponse} */ (await response.json()), opened: Date.now() };
}

/** @returns {SavedRoom | null} the room that this tab presented last; null also if what is stored is damaged */
export function savedRoom() {
  try {
    return JSON.parse(sessionStore.get(STORAGE_KEY) ?? "null");
  } catch {
    return null;
  }
}

export class PresenterRoom {
  /**
   * @param {SavedRoom} saved
   * @param {RoomListener} listener
   * @param {boolean} isConsole it controls the projected screen, whose settings it does not know
   */
  constructor(saved, listener, isConsole = false) {
    this.isConsole = isConsole;
    const { code, session, token, opened, scene, rounds } = saved;
    this.code = code;
    this.session = session;
    this.token = token;
    this.opened = opened;
    /** @type {Progress} */
    this.progress = { scene, rounds };
    /** @type {RoomSettings} */
    this.settings = saved.settings ? settingsFromMessage(saved.settings) : { ...DEFAULT_SETTINGS };
    this.removed = new Set(saved.removed);
    this.listener = listener;
    /** @type {Map<string, Member>} in the order in which they came */
    this.members = new Map();
    /** @type {string[]} the members whose predictions are sent in full */
    this.watched = [];
    /** @type {string | null} the server process that the room is on */
    this.replica = null;
    /** @type {Promise<unknown>} */
    this.lastPrediction = Promise.resolve();
    /** @type {(prediction: RoomPrediction | null) => void} resolves the prediction that was requested last */
    this.resolvePrediction = () => {};
    this.save();
    /** @type {RoomLink<PresenterRequest, PresenterUpdate>} */
    this.link = new RoomLink(this.code, {
      createHello: () => this.createHello(),
      onMessage: (message) => this.handleMessage(message),
      onConnectionChange: (connected) => listener.onConnectionChange(connected),
      onEnd: () => this.end(),
    });
    this.presenceTimer = setInterval(() => this.checkPresence(), PRESENCE_INTERVAL);
  }

  save() {
    const { code, session, token, opened, progress } = this;
    const settings = settingsToMessage(this.settings);
    /** @type {SavedRoom} */
    const saved = { code, session, token, opened, settings, removed: [...this.removed], ...progress };
    sessionStore.set(STORAGE_KEY, JSON.stringify(saved));
  }

  /** @param {Progress} progress what has changed of it */
  saveProgress(progress) {
    Object.assign(this.progress, progress);
    this.save();
  }

  /** @returns {PresenterHello} */
  createHello() {
    /** @type {PresenterHello["pads"]} */
    const pads = {};
    for (const [id, { strokes, drawing }] of this.members) {
      if (isPad(id)) pads[id] = { strokes, drawing };
    }
    if (this.isConsole) {
      return { hello: "presenter", token: this.token, console: true, settings: null, known: [], removed: [], pads };
    }
    this.resolvePrediction(null); // its answer was lost with the connection
    return {
      hello: "presenter",
      token: this.token,
      settings: settingsToMessage(this.settings),
      known: [...this.members.keys()],
      removed: [...this.removed],
      pads,
    };
  }

  end() {
    sessionStore.set(STORAGE_KEY, null);
    this.listener.onEnd();
  }

  /** @param {PresenterUpdate} message */
  handleMessage(message) {
    const changes = changesFromMessage(message);
    const { room, members, drawings, predictions, requestedPrediction } = changes;
    const missing = room ? new Set(this.members.keys()) : null;
    for (const [id, member] of Object.entries(members)) {
      this.updateMember(id, member);
      missing?.delete(id);
    }
    for (const [id, update] of Object.entries(drawings)) {
      const member = this.getMember(id);
      member.strokes = applyDrawingUpdate(member.strokes, update);
      if (update.all) member.revision += 1;
    }
    for (const [id, prediction] of Object.entries(predictions)) this.getMember(id).prediction = prediction;
    if (requestedPrediction !== undefined) this.resolvePrediction(requestedPrediction);
    if (room && missing) {
      this.replica = room.replica;
      // A restarted server does not know participants who have not connected again yet.
      for (const id of missing) this.getMember(id).away = true;
      this.watch(this.watched);
    }
    this.notify(changes);
  }

  /** @param {ReturnType<typeof changesFromMessage>} changes that have been applied */
  notify({ room, members, drawings, predictions, votes, saveError, labelled, relayed }) {
    const { listener } = this;
    if (room) listener.onRoomChange();
    if (Object.keys(members).length) listener.onMembersChange(Object.keys(members));
    if (Object.keys(drawings).length) listener.onDrawingsChange(Object.keys(drawings));
    if (Object.keys(predictions).length) listener.onPredictionsChange(Object.keys(predictions));
    for (const [id, vote] of Object.entries(votes)) listener.onVote(id, vote);
    if (saveError !== undefined) listener.onSaveError(saveError);
    if (labelled) listener.onLabelSaved();
    for (const message of relayed) listener.onRelayed?.(message);
  }

  /**
   * @param {string} id
   * @param {MemberMessage | null} message null: the member has left
   */
  updateMember(id, message) {
    if (message) Object.assign(this.getMember(id), message);
    else this.members.delete(id);
  }

  /**
   * Return the member with this id, created if it does not exist.
   * @param {string} id
   */
  getMember(id) {
    let member = this.members.get(id);
    if (!member) {
      member = { id, name: "", away: false, strokes: [], revision: 0, prediction: null };
      this.members.set(id, member);
    }
    return member;
  }

  get participants() {
    return [...this.members.values()].filter(({ id }) => !isPad(id));
  }

  get presentParticipants() {
    return this.participants.filter(({ away }) => !away);
  }

  /** @param {Partial<RoomSettings>} settings */
  changeSettings(settings) {
    Object.assign(this.settings, settings);
    this.save();
    this.link.send({ do: "settings", settings: settingsToMessage(this.settings) });
    this.listener.onRoomChange();
  }

  /** @param {string[]} ids the members whose predictions are to be sent in full */
  watch(ids) {
    this.watched = ids;
    this.link.send({ do: "watch", members: ids });
  }

  /**
   * @param {Member} pad
   * @param {AddedPoints} update points that were added to its strokes
   */
  sendPoints(pad, update) {
    this.link.send({ pad: pad.id, ink: [update] });
  }

  /** @param {Member} pad */
  clearPad(pad) {
    pad.strokes = [];
    pad.prediction = null;
    this.link.send({ pad: pad.id, clear: true });
  }

  /** @param {Member} pad whose last stroke is removed */
  undoPad(pad) {
    pad.strokes = pad.strokes.slice(0, -1);
    pad.prediction = null;
    this.link.send({ pad: pad.id, undo: true });
  }

  /** @param {string} id a participant's */
  clearDrawing(id) {
    this.link.send({ do: "clear", member: id });
  }

  clearAllDrawings() {
    this.link.send({ do: "clear" });
  }

  /** @param {string} id the participant who may not come back, and whose drawings are deleted */
  removeParticipant(id) {
    this.removed.add(id);
    this.save();
    this.link.send({ do: "remove", member: id });
  }

  /** @param {RelayedMessage} message to the presenter's other screens */
  relay(message) {
    this.link.send({ do: "relay", message });
  }

  /**
   * @param {string} id a participant's
   * @param {string} name
   */
  rename(id, name) {
    this.link.send({ do: "rename", member: id, name });
  }

  /**
   * Save a label for a member's drawing.
   * @param {string} id
   * @param {string | null} text the true digit; null takes the last label back
   */
  label(id, text) {
    this.link.send({ do: "label", member: id, text });
  }

  /**
   * Return the prediction for strokes that belong to no member and are not saved; null if the link is
   * down. Answers carry no number, so there is one request at a time.
   * @param {Stroke[]} strokes
   */
  predict(strokes) {
    const prediction = this.lastPrediction.then(
      () =>
        /** @type {Promise<RoomPrediction | null>} */ (
          new Promise((resolve) => {
            this.resolvePrediction = resolve;
            if (!this.link.send({ do: "read", strokes })) resolve(null);
          })
        ),
    );
    this.lastPrediction = prediction;
    return prediction;
  }

  /** Move everyone to the replica that the gateway routes new connections to, if that is a different one. */
  async checkPresence() {
    const presence = await this.link.fetchPresence();
    if (presence?.replica && this.replica && presence.replica !== this.replica) this.link.send({ do: "move" });
  }

  destroy() {
    clearInterval(this.presenceTimer);
    this.link.destroy();
  }
}

/**
 * Return a message's changes in this project's words, with an empty object for each part that it lacks.
 * @param {PresenterUpdate} message
 */
function changesFromMessage(message) {
  const { room, members = {}, ink = {}, readings = {}, votes = {}, read, trouble, labelled, relayed = [] } = message;
  return {
    room,
    members,
    drawings: ink,
    predictions: readings,
    votes,
    requestedPrediction: read,
    saveError: trouble,
    labelled,
    relayed,
  };
}

/**
 * @param {SettingsMessage} message
 * @returns {RoomSettings}
 */
function settingsFromMessage({ hush, done, ...settings }) {
  return { ...settings, predictionsHidden: hush, finished: done };
}

/**
 * @param {RoomSettings} settings
 * @returns {SettingsMessage}
 */
function settingsToMessage({ predictionsHidden, finished, ...settings }) {
  return { ...settings, hush: predictionsHidden, done: finished };
}
