// Days of the viewer's time zone, as "2026-11-30".

/**
 * Return midnight at the start of a day, or of the day that many days later; null if there is no such day.
 * @param {string | null | undefined} day
 */
export function startOfDay(day, daysLater = 0) {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "")?.map(Number) ?? [];
  if (year === undefined) return null;
  const start = new Date(year, month - 1, date);
  start.setFullYear(year); // years below 100 would count from 1900
  if (start.getMonth() !== month - 1 || start.getDate() !== date) return null; // such as 30 February
  return new Date(year, month - 1, date + daysLater); // not 24 hours later: a day may have 23 or 25
}

/**
 * Return the day of a time.
 * @param {Date} time
 */
export function dayOf(time) {
  const part = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${time.getFullYear()}-${part(time.getMonth() + 1)}-${part(time.getDate())}`;
}

/** Return the name of the viewer's time zone, such as "Pacific/Auckland". */
export const timeZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;
