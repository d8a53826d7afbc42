// The scenes of a presentation, in the order of the key "next".

export const SCENES = /** @type {const} */ ([
  "join",
  "draw",
  "everyone",
  "slow",
  "sees",
  "heat",
  "inside",
  "pair",
  "tour1",
  "tour2",
  "tour3",
  "tour4",
  "tour5",
  "tour6",
  "guess",
  "fool",
  "race",
  "podium",
  "end",
]);

/** @typedef {(typeof SCENES)[number]} Scene */

/**
 * Return the scene with this name, the first one if there is none.
 * @param {string | undefined} name
 * @returns {Scene}
 */
export const findScene = (name) => SCENES.find((scene) => scene === name) ?? SCENES[0];

/**
 * Return the scene `offset` after this one, the first or last one if there is none.
 * @param {Scene} scene
 * @param {number} offset
 */
export const sceneAfter = (scene, offset) =>
  SCENES[Math.min(Math.max(SCENES.indexOf(scene) + offset, 0), SCENES.length - 1)];

/** @type {readonly Scene[]} scenes that show what the network computes */
const INSIDE_SCENES = ["inside", "tour2", "tour3", "tour4"];

/** @param {Scene} scene */
export const looksInside = (scene) => INSIDE_SCENES.includes(scene);

/** @param {Scene} scene */
export const isTour = (scene) => scene.startsWith("tour");
