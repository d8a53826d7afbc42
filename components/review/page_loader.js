// Loads the predictions that match the filters, page after page.

import { fetchPage } from "./api_client.js";

/** @import { PageResponse, ThumbnailResponse } from "../shared/types.d.ts" */

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
   */
  constructor({ onPage, onFailure }) {
    this.onPage = onPage;
    this.onFailure = onFailure;
    this.filters = "";
    this.pageSize = 0;
    /** @type {string | null} */
    this.cursor = null;
    this.first = true;
    this.loading = false;
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
   */
  start(filters, pageSize) {
    this.abort();
    this.abortController = new AbortController();
    Object.assign(this, { filters, pageSize, cursor: null, first: true, loading: false, ended: false });
    this.loadMore();
  }

  /** Load the next page, unless one is on its way or there are no more. */
  async loadMore() {
    if (this.loading || this.ended) return;
    this.loading = true;
    const { signal, first } = this;
    const requestedAt = performance.now();
    const page = await fetchPage(this.filters, this.pageSize, this.cursor, signal);
    if (signal.aborted) return;
    if (!page) {
      this.onFailure();
      this.retryTimer = setTimeout(() => {
        this.loading = false;
        this.loadMore();
      }, RETRY_PAUSE);
      return;
    }
    this.loading = false;
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
