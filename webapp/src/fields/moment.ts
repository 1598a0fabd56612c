/** Date-times as text: ISO 8601 with an offset. What is edited is never made a `Date`, so it cannot shift. */

/** "2026-07-30T09:15:00+02:00" is the wall time 2026-07-30T09:15:00 at the offset +02:00. */
export function splitMoment(moment: string): { readonly wall: string; readonly offset: string | null } {
  const [, wall = "", offset = null] = /^(.*?)(Z|[+-]\d\d:\d\d)$/.exec(moment) ?? [];
  return { wall, offset };
}

/** This place's offset at a wall time: "+02:00". */
export function offsetAt(wall: string): string {
  const minutes = -new Date(wall).getTimezoneOffset();
  const two = (number: number): string => String(Math.floor(Math.abs(number))).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Milliseconds since 1970, with the microseconds as a fraction; null if the text is no date-time. */
export function instantOf(moment: string): number | null {
  const [whole, beyond = ""] = /^\d{4}-\d\d-\d\dT[^.]*(?:\.\d{3}(\d{1,3}))?/.exec(moment) ?? [];
  const instant = whole === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(instant) ? null : instant + Number(beyond.padEnd(3, "0")) / 1000;
}

/** The day on which an instant falls on this place's calendar: "2026-07-30"; null if the text is no date-time. */
export function dayOf(moment: string): string | null {
  return instantOf(moment) === null ? null : hereAt(moment).slice(0, 10);
}

/** An instant as this place's clocks show it: "2026-07-30T09:15:00"; the text itself if it is none. */
function hereAt(moment: string): string {
  const instant = new Date(moment);
  const shifted = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return Number.isNaN(shifted.getTime()) ? moment : shifted.toISOString().slice(0, 19);
}

/**
 * To the minute, or to the second if there are any. Without an offset it is this place's time. What may be
 * edited stands at its own offset, which is told where it is not this place's.
 */
export function showMoment(moment: string, readOnly: boolean): string {
  const { wall, offset } = splitMoment(moment);
  const here = hereAt(moment);
  const elsewhere = !readOnly && offset !== null && wall.slice(0, 19) !== here;
  const shown = (elsewhere ? wall.slice(0, 19) : here).replace("T", " ").replace(/( \d\d:\d\d):00$/, "$1");
  return elsewhere ? `${shown} ${offset}` : shown;
}
