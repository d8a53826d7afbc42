// GET /api/models (api/routes/models.py) and /api/training-jobs (api/routes/training_jobs.py).

export interface FigureResponse {
  name: string;
  examples: number;
  /** Right ones, by the model that was served when this one was added. */
  before: number;
  after: number;
  noise: number;
  worse: boolean;
}

export interface ModelResponse {
  version: string;
  created: string;
  parent: string | null;
  by: string | null;
  note: string | null;
  /** Labelled digits that it learnt from. */
  corrections: number;
  /** Added as a file: `note` says what is known about it. */
  is_custom: boolean;
  figures: FigureResponse[];
  adoptions: { at: string; by: string | null }[];
}

export interface ModelListResponse {
  served: string;
  committed: string;
  previous: string | null;
  new_labels: number;
  items: ModelResponse[];
}

/** GET /api/models/predictions (api/routes/shadow.py). */
export interface VersionPredictionsResponse {
  shadow: { version: string; started: string; until: string; by: string | null } | null;
  accuracy: VersionAccuracyResponse[];
}

export interface VersionAccuracyResponse {
  version: string;
  /** Labelled drawings that the version has predicted. */
  drawings: number;
  right: number;
  stored_right: number;
  won: number;
  lost: number;
}

/** GET /api/models/{version}/comparison (api/routes/model_comparison.py). */
export interface ModelComparisonResponse {
  /** null: the model was added without one. */
  comparison: ComparisonResponse | null;
}

export interface ComparisonResponse {
  served: ComparedModel;
  candidate: ComparedModel;
  sets: ComparedSet[];
  confusions: { corrections: ConfusionChange[]; standard: ConfusionChange[] };
  /** How many drawings there are of each outcome, also those that are not among `drawings`. */
  outcomes: Record<Outcome, number>;
  /** The most confident first. */
  drawings: ComparedDrawing[];
  missing: number;
}

export type Outcome = "fixed" | "broken" | "both_wrong";

export interface ComparedModel {
  version: string;
  microseconds: number;
  bytes: number;
}

export interface ComparedSet {
  name: string;
  examples: number;
  served: number;
  candidate: number;
  won: number;
  lost: number;
  noise: number;
  worse: boolean;
}

export interface ConfusionChange {
  /** A digit, or "?" for a symbol that is none. */
  true: string;
  read: string;
  served: number;
  candidate: number;
}

export interface ComparedDrawing {
  set: string;
  /** Of the stored prediction; null for an example of a standard set. */
  id: string | null;
  digit: number;
  label: string;
  served: string;
  candidate: string;
  confidence: number;
  outcome: Outcome;
  /** Base64 of a square of bytes, 255 for ink. */
  picture: string;
}

export interface CurvePoint {
  epoch: number;
  loss: number;
  accuracy: number;
}

export interface JobResponse {
  id: string;
  kind: "fine_tune" | "train" | "predict_history";
  parent: string | null;
  by: string | null;
  state: "queued" | "running" | "finished" | "failed" | "cancelled";
  created: string;
  version: string | null;
  error: string | null;
  progress: { fraction: number; step: string; epochs: number; curve: CurvePoint[]; log: string[] };
}

export interface JobListResponse {
  items: JobResponse[];
}
