// The inline script of every Streamlit component: imports the component's module, and tries again
// while a server is being replaced.

const ATTEMPTS = 6;
const FIRST_PAUSE = 250; // ms after the first failure; doubles

/**
 * Import a module from `assets/{version}-{attempt}/` below the page's URL.
 *
 * A browser remembers by its URL that an import failed. The attempt's number is in the path's prefix,
 * so that a new attempt also fetches what the module imports by relative paths.
 * @param {string} version
 * @param {string} entry the module's path below components/
 * @param {string[]} preloads the modules that it needs, itself included
 * @returns {Promise<any>}
 */
export async function importWithRetry(version, entry, preloads, attempt = 0) {
  const base = new URL(`assets/${version}-${attempt}/`, window.location.href);
  for (const path of preloads) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(path, base).href;
    document.head.append(link);
  }
  try {
    return await import(new URL(entry, base).href);
  } catch (error) {
    if (attempt + 1 === ATTEMPTS) throw error;
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE * 2 ** attempt));
    return importWithRetry(version, entry, preloads, attempt + 1);
  }
}
