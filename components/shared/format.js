// Formats numbers for display.

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
