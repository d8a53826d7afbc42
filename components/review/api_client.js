// The review's HTTP requests. Requests that read return null on any failure.

import { fetchJson } from "../shared/prediction_client.js";

/**
 * @import {
 *   CountResponse, PageResponse, SimilarListResponse, SummaryResponse
 * } from "../shared/history_types.d.ts"
 */
/**
 * @import {
 *   ThumbnailResponse, UsefulPredictionList, VersionPredictionListResponse
 * } from "../shared/history_types.d.ts"
 */

const SIMILAR_COUNT = 12;

/** @typedef {"csv" | "npz" | "zip"} ExportFormat */

/**
 * @typedef {object} FetchedPage neither field if the server does not respond
 * @property {PageResponse<ThumbnailResponse>} [page]
 * @property {string} [refusal] why the server refuses the filters
 */

/** @type {Record<ExportFormat, string>} */
const EXPORT_PATHS = { csv: "history/export.csv", npz: "review/dataset.npz", zip: "review/dataset.zip" };

/**
 * Return a page of predictions with their images, newest first, or why the server refuses it; neither if it does
 * not respond.
 * @param {string} filters from UrlState.filterQuery
 * @param {number} limit
 * @param {string | null} before the cursor; null for the newest page
 * @param {AbortSignal} signal
 * @returns {Promise<FetchedPage>}
 */
export async function fetchPage(filters, limit, before, signal) {
  const query = new URLSearchParams(filters);
  query.set("limit", String(limit));
  if (before !== null) query.set("before", before);
  const { content, refusal } = await fetchFiltered(`api/review?${query}`, signal);
  return { page: content, refusal };
}

/**
 * Return the predictions whose labels would be most useful, the best first, or why the server refuses the filters;
 * neither if it does not respond.
 * @param {string} filters
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<{ list?: UsefulPredictionList, refusal?: string }>}
 */
export async function fetchMostUseful(filters, limit, signal) {
  const query = new URLSearchParams(filters);
  query.set("limit", String(limit));
  const { content, refusal } = await fetchFiltered(`api/review/most-useful?${query}`, signal);
  return { list: content, refusal };
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<{ content?: any, refusal?: string }>}
 */
async function fetchFiltered(url, signal) {
  try {
    const response = await fetch(url, { signal });
    const content = await response.json();
    if (response.ok) return { content };
    return response.status < 500 && response.status !== 429 ? { refusal: content.error.message } : {};
  } catch {
    return {};
  }
}

/**
 * Return the newest predictions that match, without their images.
 * @param {string} filters
 * @param {string | null} since ISO 8601, in place of the filter; null for no change
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<PageResponse | null>}
 */
export function fetchNewest(filters, since, limit, signal) {
  const query = new URLSearchParams(filters);
  query.set("limit", String(limit));
  if (since !== null) query.set("since", since);
  return fetchJson(`history?${query}`, signal);
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
 * @returns {Promise<SimilarListResponse | null>}
 */
export const fetchSimilar = (id) => fetchJson(`history/${id}/similar?limit=${SIMILAR_COUNT}`);

/**
 * Return what other versions of the network predict for a prediction.
 * @param {string} id
 * @returns {Promise<VersionPredictionListResponse | null>}
 */
export const fetchVersions = (id) => fetchJson(`review/${id}/versions`);

/**
 * Return the URL of the predictions that match, in a file format.
 * @param {ExportFormat} format
 * @param {string} filters
 */
export const exportUrl = (format, filters) => `api/${EXPORT_PATHS[format]}?${filters}`;
