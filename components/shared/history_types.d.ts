// The history, the review and accuracy over HTTP: api/schemas.py, api/routes/{history,review,explain}.py.

import type { DigitMessage, Source, Stroke, Verdict } from "./types.d.ts";

export type DigitResponse = Omit<DigitMessage, "glyph">;

export interface PredictionResponse {
  id: string;
  text: string;
  source: Source;
  /** ISO 8601, UTC. */
  created: string;
  /** Version of the network. */
  model: string;
  verdict: Verdict;
  confidence: number;
  digits: DigitResponse[];
  /** The true text that a person gave; "?" for no digit. */
  label: string | null;
  labelled_by: string | null;
  labelled_at: string | null;
}

export interface CorrectionResponse {
  /** null: the label was removed. */
  text: string | null;
  by: string | null;
  at: string;
}

/** GET /api/history/{id}: with every label it was given, oldest first. */
export interface PredictionRecordResponse extends PredictionResponse {
  corrections: CorrectionResponse[];
}

/** PUT /api/history/{id}/label. */
export interface LabelRequest {
  /** null removes the label. */
  text: string | null;
  by: string | null;
  /** `labelled_at` of the label that is replaced; null for none. With another one by now the answer is 409. */
  replaces: string | null;
}

/** Its answer with status 409. */
export interface LabelConflictResponse extends ErrorResponse {
  prediction: PredictionRecordResponse;
}

export interface PageResponse<Item = PredictionResponse> {
  /** Newest first. */
  items: Item[];
  /** The next page's `before`; null at the end. */
  next: string | null;
  /** false if only queued predictions are listed. */
  complete: boolean;
}

/** An item of GET /api/review: with its drawing or image as a PNG, base64. */
export interface ThumbnailResponse extends PredictionResponse {
  image: string;
  /** What the version of the filter `differs` predicts. */
  other_text?: string | null;
}

export type UsefulReason = "uncertain" | "unlike" | "differs" | "varied";

/** An item of GET /api/review/most-useful. */
export interface UsefulPrediction extends ThumbnailResponse {
  reasons: UsefulReason[];
  /** The two likeliest values of the digit that is least certain; "?": it is not a digit. */
  likeliest: [string, string];
}

/** GET /api/review/most-useful. */
export interface UsefulPredictionList {
  items: UsefulPrediction[];
  /** How many predictions were compared, the newest. */
  candidates: number;
  complete: boolean;
  near_duplicates: number;
}

/** GET /api/review/{id}/versions: what other versions of the network predict. */
export interface VersionPredictionListResponse {
  items: { version: string; text: string; confidence: number }[];
}

/** How much two pictures look like each other: services/similarity.py. */
export type Likeness = "same" | "alike" | "similar" | "different";

export interface SimilarListResponse {
  /** Best first; similarity 1 is the same drawing. */
  items: { prediction: PredictionResponse; similarity: number; likeness: Likeness }[];
}

export interface StrokesResponse {
  /** Empty for an image. */
  strokes: Stroke[];
}

/** GET /api/history/{id}/share. */
export interface ShareLinkResponse {
  /** Relative to the root of the site. */
  path: string;
}

export interface DigitExplanationResponse extends DigitMessage {
  /** 28×28 bytes row by row, base64: evidence for `value` by position; null if not known. */
  heat: string | null;
}

/** GET /api/history/{id}/explain. */
export interface ExplanationResponse {
  /** The stored prediction. */
  kept: DigitExplanationResponse[];
  /** The prediction of the network in use today. */
  again: DigitExplanationResponse[];
  text: string;
  model: string;
}

/** The same in this project's words. */
export interface Explanation {
  stored: DigitExplanationResponse[];
  current: DigitExplanationResponse[];
  text: string;
  model: string;
}

/** GET /api/review/count. */
export interface CountResponse {
  count: number;
  /** false: there are more than `count`. */
  all: boolean;
  labelled: number;
  /** How many of the labelled ones are right. */
  right: number;
}

export interface AccuracyResponse {
  labelled: number;
  right: number;
  share: number | null;
}

export interface ConfusionResponse {
  true: string;
  read: string;
  count: number;
}

/** GET /api/history/summary. */
export interface SummaryResponse {
  total: number;
  digits: Record<string, number>;
  sources: Record<string, number>;
  verdicts: Record<string, number>;
  models: Record<string, number>;
  days: Record<string, number>;
  accuracy: AccuracyResponse;
  confusion: ConfusionResponse[];
  accuracy_by_model: Record<string, AccuracyResponse>;
  accuracy_by_day: Record<string, AccuracyResponse>;
  days_by_model: Record<string, Record<string, number>>;
  days_by_source: Record<string, Record<string, number>>;
}

/** GET /api/review/accuracy: of the labelled predictions that match filters. */
export interface AccuracyReportResponse {
  accuracy: AccuracyResponse;
  by_model: Record<string, AccuracyResponse>;
  /** Of those made in the 15 minutes from each time, ISO 8601, UTC. */
  by_slot: Record<string, AccuracyResponse>;
  confusion: ConfusionResponse[];
  reliability: ReliabilityResponse;
  /** The newest first. */
  newest_labels: LabelEffectResponse[];
  /** false: only the newest labelled predictions were counted. */
  all: boolean;
}

/** How often digits were right, by their confidence, in ten bins. */
export interface ReliabilityResponse {
  bins: { lowest: number; digits: number; right: number; confidence: number | null }[];
  digits: number;
  all: boolean;
}

/** A label and the accuracy on all labels given until then, without it (null: it is the first) and with it. */
export interface LabelEffectResponse {
  id: string;
  text: string;
  label: string;
  by: string | null;
  at: string;
  before: number | null;
  after: number;
}

/** GET /api/history/mine. */
export interface OwnerCountResponse {
  count: number;
}

/** DELETE /api/history/mine. */
export interface OwnerDeletedResponse {
  forgotten: number;
}

/** GET /api/health/ready. */
export interface ReadinessResponse {
  status: "ready" | "waiting" | "unavailable";
  /** null for those who may not see details */
  history: { store: "sqlite" | "cassandra"; reachable: boolean; outbox: number; detail: string | null } | null;
  model: string;
}

/** Any error answer over HTTP. */
export interface ErrorResponse {
  error: { code: string; message: string };
}
