// Formats numbers and times for display.

import { fillIn } from "./dom.js";

/** @import { Texts } from "./types.d.ts" */

/**
 * Return a share of 0 to 1 as a percentage: one decimal below 10 % and from 99 %.
 *
 * Only 1 itself is "100%" and only what is below 0.05 % is "0%": a rounded 99.97 % would claim certainty.
 * @param {number} share
 */
export function formatPercent(share) {
  const value = share * 100;
  if (value >= 100) return "100%";
  if (value >= 99.95) return ">99.9%";
  if (value < 0.05) return "0%";
  return `${value >= 99 || value < 10 ? value.toFixed(1) : Math.round(value)}%`;
}

/**
 * Return how long ago something was, in words.
 * @param {number} age ms
 * @param {Texts} texts
 */
export function describeAge(age, texts) {
  const minutes = Math.floor(age / 60_000);
  if (minutes < 1) return texts.now;
  if (minutes < 60) return fillIn(texts.minutes, { count: minutes });
  if (minutes < 24 * 60) return fillIn(texts.hours, { count: Math.floor(minutes / 60) });
  return fillIn(texts.days, { count: Math.floor(minutes / (24 * 60)) });
}

const DIGIT = /^\p{Nd}$/u;

/**
 * Return a text with the decimal digits of every script as 0-9: input methods and keyboards produce others, such
 * as "７" or "٧".
 * @param {string} text
 */
export function asciiDigits(text) {
  return text.replace(/\p{Nd}/gu, (digit) => {
    // The ten digits of a script follow each other, and so do scripts: count those before this one.
    const code = digit.codePointAt(0) ?? 0;
    let smaller = 0;
    while (DIGIT.test(String.fromCodePoint(code - smaller - 1))) smaller += 1;
    return String(smaller % 10);
  });
}
