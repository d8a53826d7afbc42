// The view of the predictions whose labels would teach the network most, some at a time: the next ones come when
// these are labelled.

import { createButton, createElement, fillIn, setText } from "../shared/dom.js";
import { fetchMostUseful } from "./api_client.js";

/** @import { Texts } from "../shared/types.d.ts" */
/** @import { ThumbnailResponse, UsefulPrediction, UsefulPredictionList } from "../shared/history_types.d.ts" */
/** @import { FetchedPage } from "./api_client.js" */

export const USEFUL_COUNT = 20; // predictions at a time
const MAX_COUNT = 500; // of one request
const NOT_A_DIGIT = "?"; // one of the likeliest values
const MORE = "more"; // cursor: there may be more
const VISITOR = "visitor"; // their labels begin with it, and do not count

/**
 * Return whether a reviewer has labelled a prediction.
 * @param {Pick<ThumbnailResponse, "label" | "labelled_by">} item
 */
export const isLabelled = ({ label, labelled_by }) => label !== null && !labelled_by?.startsWith(VISITOR);

/**
 * Return in a few words why the label of a prediction would be useful.
 * @param {Pick<UsefulPrediction, "reasons" | "likeliest" | "other_text">} item
 * @param {Texts} texts
 */
export function describeReasons({ reasons, likeliest: [first, second], other_text }, texts) {
  const mayBeNone = first === NOT_A_DIGIT || second === NOT_A_DIGIT;
  const value = first === NOT_A_DIGIT ? second : first;
  const values = { first, second, value, text: other_text || "–" };
  return reasons
    .map((reason) => (reason === "uncertain" && mayBeNone ? "uncertain_none" : reason))
    .map((reason) => fillIn(texts[`reason_${reason}`], values))
    .join(" · ");
}

/**
 * Return how many predictions to request for `limit` new ones: those that are shown without a label come again, as
 * they are still the most useful ones.
 * @param {readonly ThumbnailResponse[]} shown
 * @param {number} limit
 */
export const countToRequest = (shown, limit) =>
  Math.min(limit + shown.filter((item) => !isLabelled(item)).length, MAX_COUNT);

/**
 * Return up to `limit` predictions that are not shown yet.
 * @template {Pick<ThumbnailResponse, "id">} Item
 * @param {readonly Item[]} items
 * @param {readonly Pick<ThumbnailResponse, "id">[]} shown
 * @param {number} limit
 */
export function selectNew(items, shown, limit) {
  const known = new Set(shown.map(({ id }) => id));
  return items.filter(({ id }) => !known.has(id)).slice(0, limit);
}

export class MostUseful {
  /**
   * @param {object} callbacks
   * @param {() => readonly ThumbnailResponse[]} callbacks.shownItems in the grid
   * @param {() => void} callbacks.onToggle show this view, or leave it
   * @param {() => void} callbacks.onMore
   */
  constructor({ shownItems, onToggle, onMore }) {
    this.shownItems = shownItems;
    /** @type {Texts} */
    this.texts = {};
    this.numberFormat = new Intl.NumberFormat();
    this.active = false;
    /** @type {UsefulPredictionList | null} the newest answer */
    this.list = null;
    this.ended = false; // nothing is left
    this.toggleButton = createButton("button most-useful", "", onToggle);
    this.moreButton = createButton("button", "", onMore);
    this.end = createElement("p", "line");
    this.root = createElement("div", "more-useful", this.end, this.moreButton);
    this.setActive(false);
  }

  /**
   * @param {Texts} texts
   * @param {Intl.NumberFormat} numberFormat
   */
  setTexts(texts, numberFormat) {
    Object.assign(this, { texts, numberFormat });
    setText(this.toggleButton, fillIn(texts.useful, { count: USEFUL_COUNT }));
    setText(this.moreButton, fillIn(texts.useful_more, { count: USEFUL_COUNT }));
    this.toggleButton.title = texts.useful_title;
  }

  /** @param {boolean} active */
  setActive(active) {
    this.active = active;
    this.list = null;
    this.ended = false;
    this.toggleButton.setAttribute("aria-pressed", String(active));
    this.showEnd();
  }

  /** Offer the next ones, or say that nothing is left. */
  showEnd() {
    const isEmpty = this.shownItems().length === 0;
    this.root.hidden = !this.active || isEmpty;
    this.moreButton.hidden = this.ended;
    setText(this.end, this.ended ? this.texts.useful_done : "");
  }

  /** Whether the next ones can come: all that are shown are labelled. */
  get isDone() {
    return this.active && !this.ended && this.shownItems().every(isLabelled);
  }

  /**
   * Return the next predictions as a page of the grid.
   * @param {string} filters from UrlState.filterQuery
   * @param {number} limit
   * @param {string | null} before null: the first ones
   * @param {AbortSignal} signal
   * @returns {Promise<FetchedPage>}
   */
  fetchPage = async (filters, limit, before, signal) => {
    const shown = before === null ? [] : this.shownItems();
    const { list, refusal } = await fetchMostUseful(filters, countToRequest(shown, limit), signal);
    if (!list) return { refusal };
    const items = selectNew(list.items, shown, limit);
    if (!signal.aborted) {
      this.ended = items.length === 0;
      this.list = list;
    }
    return { page: { items, next: items.length ? MORE : null, complete: true } };
  };

  /** What the predictions were chosen from; "" before they are there. */
  get note() {
    const { texts, numberFormat, list } = this;
    if (!list) return "";
    const count = numberFormat.format(list.candidates);
    const compared = fillIn(list.complete ? texts.useful_note : texts.useful_note_newest, { count });
    if (list.near_duplicates === 0) return compared;
    return `${compared} ${fillIn(texts.useful_duplicates, { count: numberFormat.format(list.near_duplicates) })}`;
  }
}
