// Runs one request at a time; of the inputs that arrive in between, only the newest is sent.

const RETRY_AFTER = 1000; // ms after a request that failed

/**
 * @template Input
 * @template Output
 */
export class NewestWins {
  /**
   * @param {(input: Input) => Promise<Output>} request
   * @param {(output: Output, input: Input) => void} onAnswer
   * @param {(failed: boolean) => void} onFailure called with true after a failure, with false once it works again
   */
  constructor(request, onAnswer, onFailure) {
    this.request = request;
    this.onAnswer = onAnswer;
    this.onFailure = onFailure;
    /** @type {{ input: Input } | null} what to request next */
    this.next = null;
    this.running = false;
    this.failed = false;
    this.cancelled = 0; // times; an answer from before the last one is not wanted
  }

  /** @param {Input} input */
  want(input) {
    this.next = { input };
    if (!this.running) this.run();
  }

  /** Request nothing more; the answer that is on its way is not shown. */
  cancel() {
    this.next = null;
    this.cancelled += 1;
  }

  async run() {
    this.running = true;
    while (this.next) {
      const { cancelled, next: current } = this;
      const { input } = current;
      try {
        const output = await this.request(input);
        if (this.next === current) this.next = null;
        if (this.failed) this.report(false);
        if (cancelled === this.cancelled) this.onAnswer(output, input);
      } catch {
        if (cancelled === this.cancelled) this.report(true);
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
      }
    }
    this.running = false;
  }

  /** @param {boolean} failed */
  report(failed) {
    this.failed = failed;
    this.onFailure(failed);
  }
}
