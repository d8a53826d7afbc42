// Wraps the browser's storage: if the browser forbids it, reading returns null and writing does nothing.

/** @param {() => Storage} open throws if the browser forbids storage */
const createStorage = (open) => ({
  /**
   * @param {string} key
   * @returns {string | null}
   */
  get(key) {
    try {
      return open().getItem(key);
    } catch {
      return null;
    }
  },

  /**
   * Store a value; null removes it.
   * @param {string} key
   * @param {string | null} value
   */
  set(key, value) {
    try {
      if (value === null) open().removeItem(key);
      else open().setItem(key, value);
    } catch {
      // full or forbidden
    }
  },

  /** @returns {string[]} */
  keys() {
    try {
      return Object.keys(open());
    } catch {
      return [];
    }
  },
});

/** Persistent in this browser. */
export const localStore = createStorage(() => window.localStorage);

/** Lasts as long as this tab. */
export const sessionStore = createStorage(() => window.sessionStorage);
