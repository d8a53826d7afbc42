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
