// Whether the history can be reached: checked until all is well, and again from time to time.

import { fillIn } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ReadinessResponse } from "../shared/history_types.d.ts" */

const INTERVAL = 20_000; // ms between checks
const UNHEALTHY_INTERVAL = 3_000; // ms between checks while something is wrong

export class HistoryHealth {
  /**
   * @param {object} callbacks
   * @param {(url: string) => Promise<Response>} callbacks.fetch
   * @param {(sentence: string) => void} callbacks.onSentence what is wrong; "" for nothing
   * @param {() => void} callbacks.onRetry the history did not answer, and should be requested again
   * @param {AbortSignal} signal
   */
  constructor({ fetch, onSentence, onRetry }, signal) {
    this.fetch = fetch;
    this.onSentence = onSentence;
    this.onRetry = onRetry;
    this.signal = signal;
    /** @type {Texts} */
    this.texts = {};
    this.healthy = false;
    this.checks = 0; // number of checks; only the newest decides what comes next
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** @param {boolean} answers whether the history answered the newest request */
  async check(answers) {
    clearTimeout(this.timer);
    this.checks += 1;
    const { checks } = this;
    /** @type {ReadinessResponse | null} */
    let readiness = null;
    try {
      readiness = await (await this.fetch("api/health/ready")).json();
    } catch {
      // shown below: the history does not answer
    }
    if (this.signal.aborted || checks !== this.checks) return;
    const sentence = this.sentence(readiness, answers);
    this.onSentence(sentence);
    this.healthy = sentence === "";
    this.timer = setTimeout(
      () => {
        if (document.hidden) return;
        if (answers) this.check(true);
        else this.onRetry();
      },
      this.healthy ? INTERVAL : UNHEALTHY_INTERVAL,
    );
  }

  /**
   * Return what is wrong with the history; "" for nothing.
   * @param {ReadinessResponse | null} readiness
   * @param {boolean} answers
   */
  sentence(readiness, answers) {
    const { texts } = this;
    if (!readiness?.status) return texts.failed;
    if (readiness.status === "unavailable") return texts.not_saved;
    const { reachable, outbox } = readiness.history ?? { reachable: readiness.status === "ready", outbox: 0 };
    if (reachable) return answers ? "" : texts.failed;
    if (outbox === 0) return texts.queued_none;
    return outbox === 1 ? texts.queued_one : fillIn(texts.queued, { count: outbox });
  }
}
