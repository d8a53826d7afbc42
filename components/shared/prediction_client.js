// HTTP requests about one prediction. Requests that read return null on any failure.

/**
 * @import {
 *   Explanation, ExplanationResponse, LabelRequest, PredictionRecordResponse, StrokesResponse
 * } from "./history_types.d.ts"
 */

const LABEL_TIMEOUT = 8000; // ms without an answer after which a request counts as lost

/**
 * @param {string} path below api/
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} null on any failure
 */
export async function fetchJson(path, signal) {
  try {
    const response = await fetch(`api/${path}`, { signal });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * Return a prediction; "gone" if it does not exist, null if the history does not respond.
 * @param {string} id
 * @returns {Promise<PredictionRecordResponse | "gone" | null>}
 */
export async function fetchRecord(id) {
  try {
    const response = await fetch(`api/history/${id}`);
    if (response.ok) return await response.json();
    return response.status === 404 ? "gone" : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} id
 * @returns {Promise<StrokesResponse | null>}
 */
export const fetchStrokes = (id) => fetchJson(`history/${id}/strokes`);

/**
 * @param {string} id
 * @returns {Promise<Explanation | null>}
 */
export async function fetchExplanation(id) {
  /** @type {ExplanationResponse | null} */
  const response = await fetchJson(`history/${id}/explain`);
  return response && { stored: response.kept, current: response.again, text: response.text, model: response.model };
}

/**
 * Save a label. The request continues if the page is closed. Rejects without an answer.
 * @param {string} id
 * @param {LabelRequest} label
 */
export const putLabel = (id, label) =>
  fetch(`api/history/${id}/label`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(label),
    keepalive: true,
    signal: AbortSignal.timeout(LABEL_TIMEOUT), // a connection may be dead without anyone noticing
  });

/**
 * Delete a prediction; return whether it no longer exists. The request continues if the page is closed.
 * @param {string} id
 */
export async function deleteRecord(id) {
  try {
    const response = await fetch(`api/history/${id}`, { method: "DELETE", keepalive: true });
    return response.ok || response.status === 404;
  } catch {
    return false;
  }
}

/**
 * Return the URL of a prediction's drawing or image.
 * @param {string} id
 */
export const imageUrl = (id) => `api/history/${id}/image.png`;
