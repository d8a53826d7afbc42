// Confidence interval of a proportion.

const Z = 1.959964; // 95 % of a standard normal variable lie within ±Z

/**
 * Return Wilson's 95 % interval [low, high] for `right` of `count` > 0 observations.
 *
 * Unlike the normal approximation it stays within [0, 1] and holds for few observations
 * (E. B. Wilson, Probable inference, JASA 1927).
 * @param {number} right
 * @param {number} count
 * @returns {[low: number, high: number]}
 */
export function wilsonInterval(right, count) {
  const share = right / count;
  const center = share + Z ** 2 / (2 * count);
  const spread = Z * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  const scale = 1 + Z ** 2 / count;
  return [
    right === 0 ? 0 : (center - spread) / scale, // rounding noise must not leave [0, 1]
    right === count ? 1 : (center + spread) / scale,
  ];
}
