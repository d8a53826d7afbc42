// What the network computes for a glyph, from POST /api/feature-maps.

import { decodeBytes } from "./glyph.js";

/** @import { FeatureMapsResponse } from "./types.d.ts" */

/** @typedef {{ side: number, maps: Uint8Array[] }} FeatureStage maps: row by row, 255 is the stage's largest value */

/**
 * @typedef {object} FeatureMaps
 * @property {FeatureStage[]} stages from the first convolution to the last
 * @property {number[][]} contributions of each map of the last stage to each of the eleven outputs
 * @property {number[]} outcomes probability of each digit, then of "not a digit"
 * @property {boolean} isServed whether it is the served network that computes them
 */

/**
 * @param {string} glyph base64
 * @param {AbortSignal} [signal]
 * @returns {Promise<FeatureMaps>}
 */
export async function fetchFeatureMaps(glyph, signal) {
  const response = await fetch("api/feature-maps", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ glyph }),
    signal,
  });
  if (!response.ok) throw new Error(`no feature maps: ${response.status}`);
  /** @type {FeatureMapsResponse} */
  const { stages, contributions, outcomes, is_served: isServed } = await response.json();
  return { stages: stages.map(decodeStage), contributions, outcomes, isServed };
}

/** @param {FeatureMapsResponse["stages"][number]} stage */
function decodeStage({ side, channels, maps }) {
  const bytes = decodeBytes(maps);
  const size = side * side;
  return {
    side,
    maps: Array.from({ length: channels }, (_, index) => bytes.subarray(index * size, (index + 1) * size)),
  };
}

/**
 * Return where the network sees an output: what each position of the last stage adds to it, negative where it speaks
 * against it. The contribution of a map is spread over positions as its values are, which is exact.
 * @param {FeatureMaps} maps
 * @param {number} output 0 to 9, or 10 for "not a digit"
 * @returns {number[]} row by row
 */
export function evidenceFor({ stages, contributions }, output) {
  const last = stages[stages.length - 1];
  const evidence = new Array(last.side * last.side).fill(0);
  last.maps.forEach((map, channel) => {
    const sum = map.reduce((total, level) => total + level, 0);
    if (sum === 0) return;
    map.forEach((level, position) => {
      evidence[position] += (contributions[output][channel] * level) / sum;
    });
  });
  return evidence;
}

/**
 * Return the maps of the last stage that add most to an output, the most important first.
 * @param {FeatureMaps} maps
 * @param {number} output
 * @param {number} count
 */
export function mostImportant({ contributions }, output, count) {
  const order = contributions[output].map((_, index) => index);
  return order.sort((a, b) => contributions[output][b] - contributions[output][a]).slice(0, count);
}

/**
 * Return values as levels of a heat map: 255 for the largest, 0 for those that are negative.
 * @param {number[]} values
 */
export function toLevels(values) {
  const largest = Math.max(...values, 1e-9);
  return values.map((value) => Math.max(0, (value / largest) * 255));
}
