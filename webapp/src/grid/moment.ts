/** Date-times as text: ISO 8601 with an offset. No `Date` is made of the wall time, so none can shift. */

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
