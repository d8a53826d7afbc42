// What the presenter can do, and the keys for it. A remote control sends PageDown, PageUp, "b" or "."
// for black, F5 (which must not reload the page) and Escape.

/** @import { Scene } from "./scenes.js" */

/**
 * @typedef {Scene | "tour" | "next" | "back" | "ownPad" | "nextParticipant" | "previousParticipant" | "toggleFullscreen" | "escape" | "toggleBlackScreen"
 *   | "help" | "console" | "teams" | "resetScores" | "toggleTheme" | "clear" | "clearAll" | "undo" | "lock" | "giveTurn" | "giveTurnToNext" | "all" | "remove" | "close"
 *   | "digit"} Action "digit" says which digit was drawn; the others' texts are `do_{action}`
 */

/** @type {Record<string, Action>} by KeyboardEvent.key in lower case */
const KEYS = {
  " ": "next",
  pagedown: "next",
  arrowright: "next",
  enter: "next",
  pageup: "back",
  arrowleft: "back",
  arrowdown: "nextParticipant",
  arrowup: "previousParticipant",
  y: "ownPad",
  f: "toggleFullscreen",
  f5: "toggleFullscreen",
  escape: "escape",
  delete: "clearAll",
  b: "toggleBlackScreen",
  ".": "toggleBlackScreen",
  "?": "help",
  r: "console",
  v: "toggleTheme",
  j: "join",
  d: "draw",
  g: "everyone",
  s: "slow",
  m: "sees",
  h: "heat",
  "+": "inside",
  "=": "inside", // + without Shift
  p: "pair",
  t: "tour",
  w: "guess",
  x: "fool",
  z: "race",
  q: "podium",
  e: "end",
  c: "clear",
  u: "undo",
  l: "lock",
  o: "giveTurn",
  n: "giveTurnToNext",
  a: "all",
  k: "remove",
  "#": "teams",
  i: "close",
};

/**
 * Return the action of a key; null for none, and with Ctrl, Meta or Alt, which are the browser's.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">} event
 * @returns {Action | null}
 */
export function actionForKey({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[0-9]$/.test(key)) return "digit";
  return KEYS[key.toLowerCase()] ?? null;
}

/**
 * Return whether a key presses the button or link that has the keyboard focus.
 * @param {KeyboardEvent} event
 */
export const pressesButton = (event) =>
  (event.key === " " || event.key === "Enter") &&
  event.composedPath().some((target) => target instanceof Element && target.matches("button, a"));

/**
 * Return whether a key is for the feature maps or the network's input that has the keyboard focus.
 * @param {KeyboardEvent} event
 */
export const isForInside = (event) =>
  (event.key.startsWith("Arrow") || event.key === "Escape") &&
  event.composedPath().some((target) => target instanceof Element && target.matches(".inside canvas"));
