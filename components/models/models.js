// The page /models: which model is served, trainings with their progress, all versions with their figures.

import { defineComponent } from "../shared/component.js";
import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { fetchJson } from "../shared/prediction_client.js";
import { ComparisonDialog } from "./comparison_dialog.js";
import { createJob } from "./job_row.js";
import { createActions } from "./version_actions.js";
import { createVersion } from "./version_card.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { JobListResponse, JobResponse, ModelListResponse, ModelResponse } from "./models_types.d.ts" */
/** @import { VersionPredictionsResponse } from "./models_types.d.ts" */

const POLL_INTERVAL = 3000; // ms
const PREDICTIONS_INTERVAL = 30_000; // ms; counting labelled drawings may take seconds
const SHOWN_JOBS = 5;

/** @typedef {{ texts: Texts, language: string }} ModelsData from components/models/page.py */

class ModelsPage {
  /** @param {Node} root */
  constructor(root) {
    /** @type {Texts} */
    this.texts = {};
    this.language = "";
    /** @type {ModelListResponse | null} */
    this.models = null;
    /** @type {JobResponse[]} */
    this.jobs = [];
    /** @type {VersionPredictionsResponse | null} */
    this.predictions = null;
    this.predictionsAt = -Infinity; // when they were loaded, by performance.now()
    this.stop = new AbortController();
    this.heading = createElement("h2");
    this.status = createElement("p", "status");
    this.status.setAttribute("role", "status");
    this.served = createElement("section", "card served");
    this.trainings = createElement("section", "card trainings");
    this.versions = createElement("section", "versions");
    this.comparison = new ComparisonDialog(this.stop.signal, (version) => this.focusCard(version));
    const parts = [this.heading, this.status, this.served, this.trainings, this.versions, this.comparison.root];
    root.appendChild(createElement("div", "models", ...parts));
    this.timer = setInterval(() => document.hidden || this.refresh(), POLL_INTERVAL);
  }

  /** @param {ModelsData} data */
  update({ texts, language }) {
    Object.assign(this, { texts, language });
    this.comparison.setTexts(texts, language);
    this.comparison.openFromUrl();
    this.refresh();
  }

  async refresh() {
    const { signal } = this.stop;
    const [models, jobs] = await Promise.all([
      fetchJson("models", signal),
      /** @type {Promise<JobListResponse | null>} */ (fetchJson(`training-jobs?limit=${SHOWN_JOBS}`, signal)),
    ]);
    if (signal.aborted) return;
    const running = jobs?.items.find(({ state }) => state === "running");
    const details = running ? await fetchJson(`training-jobs/${running.id}`, signal) : null; // with its curve
    if (performance.now() - this.predictionsAt > PREDICTIONS_INTERVAL) await this.loadPredictions();
    if (signal.aborted) return;
    this.models = models ?? this.models;
    this.jobs = (jobs?.items ?? this.jobs).map((job) => (job.id === details?.id ? details : job));
    this.show(models === null || jobs === null ? this.texts.failed : "");
  }

  /** Load which model is the shadow, and how often models are right on stored drawings. */
  async loadPredictions() {
    this.predictionsAt = performance.now();
    const predictions = await fetchJson("models/predictions", this.stop.signal);
    this.predictions = predictions ?? this.predictions;
  }

  /** @param {string} problem "" for none */
  show(problem) {
    const { jobs, models, predictions, texts } = this;
    setText(this.heading, texts.heading);
    if (problem || this.status.dataset.kind !== "refusal") this.say(problem);
    const shown = JSON.stringify([this.language, models, jobs, predictions]);
    if (!models || this.served.dataset.shown === shown) return; // buttons may be under a finger
    this.served.dataset.shown = shown;
    this.showServed(models);
    this.showTrainings();
    const cards = models.items.map((model) => this.createCard(model, models));
    this.versions.replaceChildren(createElement("h3", "", texts.versions), ...cards);
  }

  /**
   * @param {ModelResponse} model
   * @param {ModelListResponse} models
   */
  createCard(model, models) {
    const { language, predictions, texts, when } = this;
    const { version } = model;
    const actions = createActions(version, predictions, texts, language, when, {
      onShadow: () => this.toggleShadow(version),
      onHistory: () => this.send("POST", "training-jobs", { kind: "predict_history", parent: version }),
    });
    const handlers = { onAdopt: () => this.adopt(model), onCompare: () => this.comparison.open(version) };
    return createVersion(model, models, texts, when, handlers, actions);
  }

  /**
   * Return the focus after a dialog: the card that had it may have been replaced.
   * @param {string} version
   */
  focusCard(version) {
    const card = this.versions.querySelector(`[data-version="${CSS.escape(version)}"]`);
    /** @type {HTMLElement | null | undefined} */ (card?.querySelector(".compare"))?.focus();
  }

  /** @param {ModelListResponse} models */
  showServed({ served, previous, new_labels }) {
    const { texts } = this;
    const parts = [
      createElement("b", "", fillIn(texts.served, { version: served })),
      createElement("p", "", fillIn(texts.new_labels, { count: new_labels })),
    ];
    const buttons = createElement(
      "div",
      "buttons",
      createButton("button train", texts.train, () => this.train()),
    );
    if (previous) {
      const text = fillIn(texts.roll_back, { version: previous });
      buttons.append(createButton("button back", text, () => this.rollBack(previous)));
    }
    const link = createElement("a", "button", texts.accuracy);
    link.href = `accuracy?lang=${this.language}`;
    buttons.append(link);
    this.served.replaceChildren(...parts, buttons, createElement("p", "note", texts.train_more));
  }

  showTrainings() {
    const { jobs, texts } = this;
    const rows = jobs.map((job) =>
      createJob(job, texts, this.when, () => this.send("DELETE", `training-jobs/${job.id}`)),
    );
    const list = rows.length ? createElement("ol", "", ...rows) : createElement("p", "note", texts.no_trainings);
    this.trainings.replaceChildren(createElement("h3", "", texts.trainings), list);
  }

  /** @param {string} time ISO 8601 */
  when = (time) =>
    new Intl.DateTimeFormat(this.language === "zh" ? "zh-CN" : "en-GB", {
      dateStyle: "medium",
      timeStyle: "short",
    }).format(new Date(time));

  train() {
    return this.send("POST", "training-jobs", { kind: "fine_tune" });
  }

  /** @param {string} version */
  toggleShadow(version) {
    if (this.predictions?.shadow?.version === version) return this.send("DELETE", "models/shadow");
    return this.send("POST", `models/${encodeURIComponent(version)}/shadow`, {});
  }

  /** @param {string} version */
  async rollBack(version) {
    if (window.confirm(fillIn(this.texts.ask_back, { version }))) await this.send("POST", "models/rollback");
  }

  /** @param {ModelResponse} model */
  async adopt({ version, figures }) {
    const { texts } = this;
    const worse = figures.filter((figure) => figure.worse).map(({ name }) => name);
    if (!window.confirm(fillIn(texts.ask_adopt, { version }))) return;
    if (worse.length && !window.confirm(fillIn(texts.ask_worse, { version, sets: worse.join(", ") }))) return;
    await this.send("POST", `models/${encodeURIComponent(version)}/adopt`, { although_worse: worse.length > 0 });
  }

  /**
   * Send a change, say why if it is refused, and show what there is now.
   * @param {string} method
   * @param {string} path below api/
   * @param {object} [content]
   */
  async send(method, path, content) {
    const { texts } = this;
    this.say("");
    try {
      const headers = { "Content-Type": "application/json" };
      const body = content && JSON.stringify(content);
      const response = await fetch(`api/${path}`, { method, headers, body, signal: this.stop.signal });
      if (!response.ok) this.say(fillIn(texts.refused, { message: (await response.json()).error.message }), "refusal");
    } catch {
      this.say(fillIn(texts.refused, { message: texts.unreachable }), "refusal");
    }
    this.predictionsAt = -Infinity;
    await this.refresh();
  }

  /**
   * @param {string} sentence
   * @param {"problem" | "refusal"} kind a refusal stays until the next attempt
   */
  say(sentence, kind = "problem") {
    setText(this.status, sentence);
    this.status.dataset.kind = sentence ? kind : "";
  }

  destroy() {
    clearInterval(this.timer);
    this.stop.abort();
  }
}

export default defineComponent(
  (/** @type {import("../shared/component.js").ComponentArguments<ModelsData>} */ { parentElement }) =>
    new ModelsPage(parentElement),
);
