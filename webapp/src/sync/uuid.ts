let lastTime = 0;
let counter = 0;

/**
 * A UUID version 7 (RFC 9562), lower-case; within a tab later ones sort after earlier ones, whatever the clock does.
 *
 * Made from `getRandomValues`: `randomUUID` does not exist on plain HTTP other than localhost.
 */
export function uuid7(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  if (now > lastTime) {
    lastTime = now;
    counter = ((bytes[6]! & 0x07) << 8) | bytes[7]!; // 11 bits: room to count up within the millisecond
  } else if (++counter > 0xfff) {
    lastTime += 1;
    counter = 0;
  }
  const stamp = lastTime.toString(16).padStart(12, "0");
  const tail = [...bytes.subarray(8)].map((byte, i) => (i === 0 ? (byte & 0x3f) | 0x80 : byte));
  const hex = `${stamp}7${counter.toString(16).padStart(3, "0")}${tail.map((b) => b.toString(16).padStart(2, "0")).join("")}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
