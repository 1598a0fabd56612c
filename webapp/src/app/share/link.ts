import { writeAddress } from "../../query/address.ts";
import { PLAIN_PAGE, PLAIN_PANE } from "../../query/paneState.ts";

/** The address at which a grid opens, alone; a key travels in the fragment, which no browser sends to a server. */
export function linkTo(
  page: Pick<Location, "origin" | "pathname">,
  grid: string,
  key: string | null,
): string {
  const search = writeAddress({ ...PLAIN_PAGE, panes: 1, left: { ...PLAIN_PANE, grid } });
  const hash = key === null ? "" : `#key=${encodeURIComponent(key)}`;
  return `${page.origin}${page.pathname}${search}${hash}`;
}
