/** The key of the link, as a request by HTTP carries it; never in an address, which is written down in many places. */
export function keyHeader(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${headerText(token)}` };
}

/** A header carries bytes, written as characters up to U+00FF: those of the text's UTF-8, as the server reads it. */
function headerText(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
