// Messages of a room, WS /api/rooms/{code}: api/rooms/messages.py; and its routes over HTTP.

import type { DigitMessage, Point, Stroke, Verdict } from "./types.d.ts";

/** Points of one stroke: the stroke's index, the index of the first of the points, the points. */
export type AddedPoints = [stroke: number, start: number, points: Point[]];

/** All strokes of a drawing, in place of those that the client has. */
export interface FullDrawing {
  all: Stroke[];
  more?: undefined;
}

/** Points to add to the strokes that the client has. */
export interface DrawingExtension {
  all?: undefined;
  more: AddedPoints[];
}

export type DrawingUpdate = FullDrawing | DrawingExtension;

/** A change of a drawing, as a participant sends it, or the presenter with `pad`. */
export type DrawingMessage = { ink: AddedPoints[] } | { undo: true } | { clear: true };

/**
 * "guess": people answer before the prediction is shown. "fool": they draw what the model gets wrong. "race": all
 * draw the same digit, as quickly as the model recognizes it.
 */
export type RoundKind = "guess" | "fool" | "race";

/** What a round brought to one participant. */
export interface RoundResult {
  right: boolean;
  /** Of this round. */
  points: number;
  /** Of all rounds. */
  score: number;
  place: number;
  /** Rounds in a row that they got right. */
  streak: number;
}

export interface RoundMessage {
  number: number;
  kind: RoundKind;
  /** Votes or drawings count. */
  open: boolean;
  /** The digit to draw in a race. */
  target?: string;
  /** Seconds of a race: its length as the presenter sends it, what is left as the room sends it. */
  seconds?: number;
  /** By member, from the presenter. */
  results?: Record<string, RoundResult>;
}

/** A digit, or "x" for no digit. */
export type Vote = string;

/** Teams of participants. */
export interface TeamsMessage {
  /** 2 to 4. */
  count: number;
  /** The team of each participant, from 0. */
  members: Record<string, number>;
}

/** The settings that the presenter controls, as they are sent and stored. */
export interface SettingsMessage {
  /** "all", "nobody", or the id of the one participant who may draw. */
  pen: string;
  /** New participants are refused. */
  closed: boolean;
  /** Participants do not see predictions. */
  hush: boolean;
  round: RoundMessage | null;
  /** The session is over: participants see its link. */
  done: boolean;
  /** Null without teams. */
  teams: TeamsMessage | null;
}

/** The same settings in this project's words, as RoomSettings in api/rooms/messages.py. */
export type RoomSettings = Omit<SettingsMessage, "hush" | "done"> & { predictionsHidden: boolean; finished: boolean };

/** A prediction just large enough for a small tile. */
export interface TilePrediction {
  text: string;
  verdict: Verdict;
  confidence: number;
  /** Percent of each digit; null unless there is exactly one segment. */
  shares: number[] | null;
}

/** A prediction as a room sends it to a screen that watches the member; others get a TilePrediction. */
export interface RoomPrediction extends TilePrediction {
  digits: (DigitMessage & { /** 28×28 bytes row by row, base64; null if not known. */ heat: string | null })[];
}

export interface ParticipantHello {
  hello: "guest";
  /** Secret key that identifies this browser to the room. */
  key: string;
  name: string;
  /** The signed id of the drawing in progress. */
  drawing: string | null;
  strokes: Stroke[];
}

export interface PresenterHello {
  hello: "presenter";
  token: string;
  /** This screen controls the projected one. */
  console?: boolean;
  settings: SettingsMessage | null;
  /** Ids of the members that this presenter has seen. */
  known: string[];
  removed: string[];
  /** The drawings on the presenter's own pads. */
  pads: Record<string, { strokes: Stroke[]; drawing: string | undefined }>;
}

/** Find out whether the connection still carries anything; the next update has `pong`. */
export interface Ping {
  ping: true;
}

export type ParticipantRequest =
  | Ping
  | ParticipantHello
  | { name: string }
  | { vote: { round: number; value: Vote } }
  | DrawingMessage;

export type PresenterRequest =
  | Ping
  | PresenterHello
  | ({ pad: string } & DrawingMessage)
  | { do: "settings"; settings: SettingsMessage }
  | { do: "watch"; members: string[] }
  | { do: "clear"; member?: string }
  | { do: "remove"; member: string }
  | { do: "read"; strokes: Stroke[] }
  | { do: "label"; member: string; /** null takes the last label back */ text: string | null }
  | { do: "rename"; member: string; name: string }
  | { do: "relay"; message: RelayedMessage }
  | { do: "move" };

/** A round as the console shows it; `text`: its caption. */
export interface ProjectedRound {
  title: string;
  text: string;
  open: boolean;
  settled: boolean;
}

/** What the projected screen shows. */
export interface ProjectedState {
  scene: string;
  focus: string;
  pen: string;
  closed: boolean;
  black: boolean;
  /** Number of teams, 0 without any. */
  teams: number;
  round: ProjectedRound | null;
}

/** Messages between the presenter's screens: the console asks and commands, the projected screen answers. */
export type RelayedMessage =
  | { ask: true }
  | { act: string; digit?: string }
  | { choose: string }
  | { pen: string }
  | { remove: string }
  | { clearAll: true }
  | { state: ProjectedState };

/** The room as a participant sees it. */
export interface ParticipantRoomMessage {
  /** "you", "all", "nobody", or a different participant's id. */
  pen: string;
  /** This participant may draw. */
  draw: boolean;
  hush: boolean;
  round: RoundMessage | null;
  /** What the round brought to this participant; null until it is settled. */
  result: (RoundResult & { players: number }) | null;
  vote: [round: number, value: Vote] | null;
  /** The session's name once it is over. */
  session: string | null;
  /** A presenter is connected. */
  presenter: boolean;
  /** This participant's team, from 0; null without one. */
  team: number | null;
  /** Milliseconds for which a client collects points before it sends them. */
  pace: number;
}

/** Changes that a participant has not received yet. */
export interface ParticipantUpdate {
  room?: ParticipantRoomMessage;
  ink?: DrawingUpdate;
  /** The signed id of the drawing in progress. */
  drawing?: string;
  reading?: TilePrediction | null;
}

export interface MemberMessage {
  name: string;
  /** Their connection is lost. */
  away: boolean;
  /** The signed id of the drawing in progress. */
  drawing: string;
}

/** Changes that a presenter has not received yet, by member id if they concern members. */
export interface PresenterUpdate {
  room?: { code: string; session: string; replica: string };
  settings?: SettingsMessage;
  /** null: the member has left. */
  members?: Record<string, MemberMessage | null>;
  ink?: Record<string, DrawingUpdate>;
  readings?: Record<string, RoomPrediction | TilePrediction | null>;
  votes?: Record<string, [round: number, value: Vote]>;
  /** The answer to `do: "read"`; null for invalid strokes. */
  read?: RoomPrediction | null;
  /** Why drawings cannot be saved at the moment; null once saving works again. */
  trouble?: string | null;
  /** Messages of the presenter's other screens. */
  relayed?: RelayedMessage[];
  /** A label that was saved. */
  labelled?: { member: string; drawing: string; text: string };
}

/** POST /api/rooms: api/routes/rooms.py. */
export interface RoomResponse {
  code: string;
  session: string;
  token: string;
}

/** GET /api/rooms/{code}. */
export interface PresenceResponse {
  /** Random id of the server process. */
  replica: string;
  screens: number;
  guests: number;
}

/** A drawing of a session; `name`: of the participant, "" if unknown. */
export interface SessionDrawing {
  id: string;
  created: string;
  name: string;
  /** From 0; null without teams, or if the room is over. */
  team: number | null;
  text: string;
  verdict: Verdict;
  confidence: number;
  label: string | null;
  strokes: Stroke[];
}

/** GET /api/rooms/{code}/drawings. */
export interface DrawingListResponse {
  began: string;
  items: SessionDrawing[];
}
