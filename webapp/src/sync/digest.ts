const encoder = new TextEncoder();

/** FNV-1a, 32 bits, over the UTF-8 of `text`. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f)
      return encoder.encode(text).reduce((h, byte) => Math.imul(h ^ byte, 0x01000193), 0x811c9dc5 | 0) >>> 0;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash >>> 0;
}

/** One live record's part of the digest (R13). */
export function recordDigest(id: string, version: number): number {
  return fnv1a(`${id}:${version}`);
}
