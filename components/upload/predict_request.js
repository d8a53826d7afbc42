// POST /api/predict with the progress of sending, which `fetch` does not report, and the server's time.

/** @import { ServerClock } from "../shared/server_clock.js" */
/** @import { SendOptions, UploadAnswer } from "./upload_queue.js" */

const TIMEOUT = 130_000; // ms; the server gives a request 120 s
const TIME_TIMEOUT = 3000; // ms

/**
 * Send a file; resolves with any answer and rejects if there is none.
 * @param {Blob} content
 * @param {SendOptions} options
 * @returns {Promise<UploadAnswer>}
 */
export function sendFile(content, { name, key, began, save, signal, onProgress }) {
  const url = new URL("api/predict", window.location.href);
  url.search = String(new URLSearchParams({ key, began: String(began), save: String(save) }));
  const body = new FormData();
  body.append("file", content, name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(new Error("no answer"));
    for (const event of ["error", "timeout", "abort"]) request.addEventListener(event, fail);
    request.addEventListener("load", () => {
      resolve({
        status: request.status,
        body: parseJson(request.responseText),
        retryAfter: Number(request.getResponseHeader("Retry-After")) || 0,
        serverTime: Date.parse(request.getResponseHeader("Date") ?? ""),
      });
    });
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", url);
    request.timeout = TIMEOUT;
    if (signal.aborted) fail();
    else request.send(body);
  });
}

/**
 * Learn the server's time, by which files are dated, unless an answer of the live link has brought it.
 * @param {ServerClock} clock
 */
export async function learnServerTime(clock) {
  if (Number.isFinite(clock.uncertainty)) return;
  const sentAt = performance.now();
  try {
    const response = await fetch("api/health/live", { cache: "no-store", signal: AbortSignal.timeout(TIME_TIMEOUT) });
    clock.learn((await response.json()).time, sentAt, performance.now());
  } catch {
    // This browser's own time will do.
  }
}

/**
 * @param {string} text
 * @returns {unknown} null if it is not JSON, as from a proxy
 */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
