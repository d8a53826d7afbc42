// Types of all network messages: live predictions, rooms, history and review over HTTP, and the
// pad's events within a page. The server's side of each is named above it.

import type { DigitResponse, PredictionResponse } from "./history_types.d.ts";

// --- drawings

/** A point: x and y, y down. In CSS pixels of the pad's canvas, or in 0 to 1000 in a room. */
export type Point = [x: number, y: number];
export type Stroke = Point[];

// --- predictions: model/prediction.py

/** Whether a segment is a digit (the reject option of Chow 1970). */
export type Verdict = "digit" | "unsure" | "not_a_digit";

/** Where a prediction's drawing or image came from: db/records.py. */
export type Source = "pad" | "upload" | "sample";

export interface DigitMessage {
  /** The likeliest digit, also if the verdict is not "digit". */
  value: number;
  verdict: Verdict;
  /** Calibrated probability, 0 to 1, that `value` is right. */
  confidence: number;
  /** Of the ten digits alone; they sum to 1. */
  probabilities: number[];
  /** x, y, width and height in the units of the drawing. */
  box: [x: number, y: number, width: number, height: number];
  /** 28×28 bytes row by row, ink 255 on 0, base64. */
  glyph: string;
}

/** A digit as it is shown; one that was saved has no glyph. */
export type ShownDigit = Omit<DigitMessage, "glyph"> & { glyph?: string };

export interface ShownPrediction {
  text: string;
  digits: ShownDigit[];
}

export interface PredictionMessage {
  /** Left to right, "?" for a segment that is not a digit, lines joined by a line feed. */
  text: string;
  digits: DigitMessage[];
}

// --- WS /api/live: api/routes/live.py

export interface LiveRequest {
  /** Repeated in the answer. */
  seq: number;
  strokes: Stroke[];
}

/** `time`: the server's, in ms since 1970. */
export type LiveAnswer = { seq: number; time: number } & (
  | (PredictionMessage & { error?: undefined })
  | { error: { code: string; message: string } }
);

/** Detail of the document's event "inkling:server-time". */
export interface ServerTimeEvent {
  /** In ms since 1970. */
  serverTime: number;
  /** performance.now() of the request and of the answer that carried it. */
  sentAt: number;
  receivedAt: number;
}

/** Detail of the document's event "inkling:predicted": what the prediction panel shows now that the pen is up. */
export interface PredictedEvent {
  prediction: ShownPrediction | null;
}

/** POST /api/feature-maps: api/routes/feature_maps.py. */
export interface FeatureMapsResponse {
  /** `maps`: one after the other, a byte for each position, base64. */
  stages: { side: number; channels: number; maps: string }[];
  /** What each map of the last stage adds to each of the eleven outputs. */
  contributions: number[][];
  /** Probability of each digit, then of "not a digit". */
  outcomes: number[];
  /** False: the served network was added as a file; these are the layers of the one that comes with the program. */
  is_served: boolean;
}

// --- the pad, within a page

/** A stroke as the pad shows it; the points alone are predicted and saved. */
export interface PadStroke {
  /** In canvas pixels. */
  points: Stroke;
  /** Of the pen, in canvas pixels. */
  width: number;
  /** Of a pen that measures it, at each point, 0 to 1. */
  pressures: number[] | null;
}

/**
 * Why the drawing changed: the pen moves, lifts, strokes go or come back (undo, redo, the eraser, a hand that drew),
 * clear, an image replaces it, or it comes back with the page.
 */
export type DrawingPhase = "move" | "up" | "undone" | "cleared" | "replaced" | "restored";

/** Detail of the document's event "inkling:ink". */
export interface DrawingEvent {
  strokes: Stroke[];
  phase: DrawingPhase;
  /** What these strokes are saved as; null for an empty pad, and while the pen moves. */
  drawing: DrawingVersion | null;
}

/** A drawing as it was at one time. */
export interface DrawingVersion {
  key: string;
  version: number;
  /** Of its prediction; null until the server has confirmed this version. */
  id: string | null;
  /** It was given a label, which may have been removed since. */
  labelled: boolean;
}

/** Detail of the document's event "inkling:label": a drawing gets a label, or loses it (null). */
export interface DrawingLabelEvent {
  /** Of the drawing. */
  key: string;
  text: string | null;
}

/** Detail of the document's event "inkling:image": an image is shown from now on. */
export type ImageEvent = Source;

/** Detail of the document's event "inkling:prediction-deleted": in the history, where it can be restored. */
export interface PredictionDeletedEvent {
  id: string;
}

/** Detail of the document's event "inkling:redraw": a drawing to put on the pad. */
export interface RedrawEvent {
  /** In any unit. */
  strokes: Stroke[];
}

/** Detail of the document's event "inkling:painted": points of each member's drawing that was painted. */
export type PaintedEvent = Record<string, number>;

/** The pad's state that Streamlit keeps: components/pad/panel.py. */
export interface PadState {
  width: "fine" | "medium" | "broad";
  /** Canvas pixels per CSS pixel. */
  density: number;
}

/** A page of a file that is not blank. */
export interface FilePage extends PredictionMessage {
  /** Its number in the file, from 1. */
  page: number;
  /** Of its prediction; null if it was not saved. */
  id: string | null;
  /** Data URL. */
  image: string;
}

/** A drawing as the server knows it: DrawingReference in api/routes/predict.py. */
export interface Drawing {
  /** Random; the server finds the drawing by it. */
  key: string;
  /** The server's time in milliseconds since 1970. */
  began: number;
  /** Number of changes that were saved. */
  version: number;
  /** The newest version that the server has confirmed, and the id of its prediction. */
  confirmed?: { version: number; id: string };
  /** It has a label and stays as it is: other strokes are saved as the next drawing. */
  labelled?: { strokes: Stroke[]; next: Drawing };
}

/** Detail of the document's event "inkling:saved": the server has confirmed a drawing. */
export interface SavedEvent {
  prediction: PredictionResponse;
  strokes: Stroke[];
  drawing: Pick<DrawingVersion, "key" | "version" | "id">;
}

/** A prediction as it was made; it was not saved if `id` is null. */
export type MadePrediction = Omit<PredictionResponse, "id"> & { id: string | null };

/** POST /api/predict: of the first page that is not blank; `text` and `digits` are of all pages. */
export interface FilePredictionResponse extends MadePrediction {
  /** Each page, blank ones included. */
  pages: MadePrediction[];
}

/** POST /api/predict/frame. */
export interface FrameResponse {
  text: string;
  digits: DigitResponse[];
}

/** The page's last image: components/draw/visit.py. */
export interface ImageResult {
  /** Different for each image. */
  version: string;
  source: Source;
  prediction: PredictionMessage | null;
  /** Of the saved prediction; null if it was not saved. */
  id: string | null;
  /** Data URL of the image; null if it has no prediction. */
  image: string | null;
  /** A sentence; null if all went well. */
  error: string | null;
  /** Of a file with several pages: those that are not blank. */
  pages: FilePage[];
  /** Of the file, blank pages included. */
  pageCount: number;
}

/** Texts of a panel in the page's language: components/i18n. */
export type Texts = Record<string, string>;
