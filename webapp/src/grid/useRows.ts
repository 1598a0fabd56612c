import { useLayoutEffect, useRef, useState } from "react";
import type { Row } from "../query/view.ts";
import type { Api } from "./useCursor.ts";

/**
 * Hands the page's rows to the grid itself; returns those for its `rows`, which stay the first ones. A grid that is
 * given another property renders every cell it has: for one row that moves that is most of what it costs.
 */
export function useRows(api: Api, rows: readonly Row[]): readonly Row[] {
  const [first] = useState(rows);
  const given = useRef(rows);
  useLayoutEffect(() => {
    if (given.current === rows) return;
    given.current = rows;
    api.current?.setRows([...rows]);
  }, [api, rows]);
  return first;
}
