// Loads the predictions that match the filters, page after page.

import { fetchPage } from "./api_client.js";

/** @import { PageResponse, ThumbnailResponse } from "../shared/history_types.d.ts" */

const RETRY_PAUSE = 2000; // ms

/**
 * @typedef {object} LoadedPage
 * @property {PageResponse<ThumbnailResponse>} page
 * @property {boolean} first of these filters
 * @property {number} requestedAt by performance.now()
 */

export class PageLoader {
  /**
   * @param {object} callbacks
   * @param {(loaded: LoadedPage) => void} callbacks.onPage
   * @param {() => void} callbacks.onFailure a page failed to load; it is retried
   * @param {(message: string) => void} callbacks.onRefusal the server refuses these filters; nothing is retried
   */
  constructor({ onPage, onFailure, onRefusal }) {
    this.onPage = onPage;
    this.onFailure = onFailure;
    this.onRefusal = onRefusal;
    this.filters = "";
    this.pageSize = 0;
    this.fetchPage = fetchPage;
    /** @type {string | null} */
    this.cursor = null;
    this.first = true;
    /** @type {Promise<void> | null} the page that is on its way */
    this.request = null;
    this.ended = true; // nothing to load before `start`
    this.abortController = new AbortController();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retryTimer = undefined;
  }

  /** Aborted when other filters are loaded. */
  get signal() {
    return this.abortController.signal;
  }

  /**
   * Load the first page of these filters.
   * @param {string} filters from UrlState.filterQuery
   * @param {number} pageSize
   * @param {typeof fetchPage} fetch returns one page after the other
   */
  start(filters, pageSize, fetch = fetchPage) {
    this.abort();
    this.abortController = new AbortController();
    Object.assign(this, { filters, pageSize, cursor: null, first: true, request: null, ended: false });
    this.fetchPage = fetch;
    this.loadMore();
  }

  /**
   * Load the next page, unless one is on its way or there are no more; wait for it. The promise stays unsettled if
   * other filters are loaded.
   * @returns {Promise<void>}
   */
  loadMore(pageSize = this.pageSize) {
    if (this.ended) return Promise.resolve();
    this.request ??= this.load(pageSize, this.signal);
    return this.request;
  }

  /**
   * @param {number} pageSize
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  async load(pageSize, signal) {
    const { first } = this;
    const requestedAt = performance.now();
    const { page, refusal } = await this.fetchPage(this.filters, pageSize, this.cursor, signal);
    if (signal.aborted) return new Promise(() => {});
    if (refusal !== undefined) {
      this.ended = true;
      this.request = null;
      this.onRefusal(refusal);
      return;
    }
    if (!page) {
      this.onFailure();
      await new Promise((resolve) => {
        this.retryTimer = setTimeout(resolve, RETRY_PAUSE);
      });
      return this.load(pageSize, signal);
    }
    this.request = null;
    this.first = false;
    this.cursor = page.next;
    this.ended = page.next === null;
    this.onPage({ page, first, requestedAt });
  }

  abort() {
    this.abortController.abort();
    clearTimeout(this.retryTimer);
  }
}
