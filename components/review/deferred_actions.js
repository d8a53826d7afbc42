// Queues keys that are pressed before the next page has loaded: they are meant for predictions that are not
// shown yet.

export class DeferredActions {
  /** @type {(() => void)[] | null} null: actions run immediately */
  actions = null;

  get waiting() {
    return this.actions !== null;
  }

  /** Let actions wait from now on. */
  start() {
    this.actions = [];
  }

  /** Drop the actions that wait and let new ones run immediately. */
  stop() {
    this.actions = null;
  }

  /**
   * Run an action, now or later.
   * @param {() => void} action
   */
  run(action) {
    if (this.actions) this.actions.push(action);
    else action();
  }

  /** Drop the newest action that waits; return whether there was one. */
  undo() {
    return this.actions?.pop() !== undefined;
  }

  /**
   * Run the actions that wait, in order. One that reaches the last prediction lets the rest wait again.
   * @param {() => boolean} advance select the next prediction; false if there is none
   */
  resume(advance) {
    const { actions } = this;
    if (!actions || !advance()) return;
    this.actions = null;
    for (const action of actions) this.run(action);
  }
}
