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

/** An instant as this place's clocks show it: "2026-07-30T09:15:00"; the text itself if it is none. */
function hereAt(moment: string): string {
  const instant = new Date(moment);
  if (Number.isNaN(instant.getTime())) return moment;
  return new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
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
