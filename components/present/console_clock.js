// How long the presentation and its current scene have lasted.

export class SceneClock {
  constructor() {
    this.scene = "";
    this.since = Date.now(); // ms since 1970
  }

  /** @param {string} scene that is shown now */
  enter(scene) {
    if (scene === this.scene) return;
    this.scene = scene;
    this.since = Date.now();
  }

  /** Milliseconds in the current scene. */
  get elapsed() {
    return Date.now() - this.since;
  }
}

/**
 * Return a duration as minutes and seconds, with hours if there are any: "4:07", "1:04:07".
 * @param {number} ms
 */
export function describeDuration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : String(part))).join(":");
}
