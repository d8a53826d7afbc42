// The review's HTTP requests. Requests that read return null on any failure.

/**
 * @import {
 *   CountResponse, Explanation, ExplanationResponse, PageResponse, PredictionRecordResponse, SimilarListResponse,
 *   StrokesResponse, SummaryResponse, ThumbnailResponse,
 * } from "../shared/types.d.ts"
 */

const SIMILAR_COUNT = 12;

/** @typedef {"csv" | "npz" | "zip"} ExportFormat */

/** @type {Record<ExportFormat, string>} */
const EXPORT_PATHS = { csv: "history/export.csv", npz: "review/dataset.npz", zip: "review/dataset.zip" };

/**
 * @param {string} path below api/
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} null on any failure
 */
async function fetchJson(path, signal) {
  try {
    const response = await fetch(`api/${path}`, { signal });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * Return a page of predictions with their images, newest first.
 * @param {string} filters from UrlState.filterQuery
 * @param {number} limit
 * @param {string | null} before the cursor; null for the newest page
 * @param {AbortSignal} signal
 * @returns {Promise<PageResponse<ThumbnailResponse> | null>}
 */
export function fetchPage(filters, limit, before, signal) {
  const query = new URLSearchParams(filters);
  query.set("limit", String(limit));
  if (before !== null) query.set("before", before);
  return fetchJson(`review?${query}`, signal);
}

/**
 * Return how many predictions match.
 * @param {string} filters
 * @param {AbortSignal} signal
 * @returns {Promise<CountResponse | null>}
 */
export const fetchCount = (filters, signal) => fetchJson(`review/count?${filters}`, signal);

/**
 * Return the statistics of the whole history.
 * @param {AbortSignal} signal
 * @returns {Promise<SummaryResponse | null>}
 */
export const fetchSummary = (signal) => fetchJson("history/summary", signal);

/**
 * @param {string} id
 * @returns {Promise<PredictionRecordResponse | null>}
 */
export const fetchRecord = (id) => fetchJson(`history/${id}`);

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
 * @param {string} id
 * @returns {Promise<SimilarListResponse | null>}
 */
export const fetchSimilar = (id) => fetchJson(`history/${id}/similar?limit=${SIMILAR_COUNT}`);

/**
 * Save a label; null removes it. The request continues if the page is closed. Rejects without an answer.
 * @param {string} id
 * @param {string | null} text
 * @param {string | null} by
 */
export const putLabel = (id, text, by) =>
  fetch(`api/history/${id}/label`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text, by }),
    keepalive: true,
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

/**
 * Return the URL of the predictions that match, in a file format.
 * @param {ExportFormat} format
 * @param {string} filters
 */
export const exportUrl = (format, filters) => `api/${EXPORT_PATHS[format]}?${filters}`;
