// Reads room codes and languages from the URL and from what people type.

/**
 * Return the room's code in the URL's query, "" for none.
 * @param {string} search such as "?room=AB12&lang=en"
 */
export const codeFromUrl = (search) =>
  (new URLSearchParams(search).get("room") ?? "").replace(/[^0-9A-Za-z]/g, "").toUpperCase();

/**
 * Return a code as it was typed, with spaces or in lower case, in its usual form.
 * @param {string} text
 */
export const codeFromInput = (text) => text.replace(/\s/g, "").toUpperCase();

/**
 * Return the page's language: the URL's, else the browser's.
 * @param {string} search
 * @param {string} browserLanguage such as "en-GB"
 * @returns {"en" | "zh"}
 */
export function pageLanguage(search, browserLanguage) {
  const language = new URLSearchParams(search).get("lang") ?? browserLanguage;
  return language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
