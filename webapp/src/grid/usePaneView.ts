import { useEffect, useLayoutEffect, useRef } from "react";
import { usePage, useView } from "../hooks/useReplica.ts";
import { useCompiled } from "../hooks/useQuery.ts";
import { useAhead } from "../hooks/useAhead.ts";
import type { FieldDescription } from "../protocol.ts";
import type { PaneState } from "../query/paneState.ts";
import { EVERYTHING, type Compiled } from "../query/view.ts";
import type { Replica } from "../sync/replica.ts";

/** The pane's view over its replica, asked what the pane's state says. */
export function usePaneView(
  replica: Replica,
  fields: readonly FieldDescription[],
  shown: readonly FieldDescription[],
  state: PaneState,
  complete: boolean,
) {
  const view = useView(replica);
  const count = usePage(view, (page) => page.count);
  const total = usePage(view, (page) => page.total);
  useAhead(replica, fields, shown, complete);
  const compiled = useCompiled(state, fields);
  const { page: asked, pageSize } = state;
  const last = useRef<Compiled>(EVERYTHING);
  // Before the page is painted: nobody sees the rows of the question before.
  useLayoutEffect(() => {
    if (last.current !== compiled) view.ask(compiled, asked);
    last.current = compiled;
    view.show(asked, pageSize);
  }, [view, compiled, asked, pageSize]);
  const filling = !complete && total > 0;
  useEffect(() => view.hold("filling", filling), [view, filling]);
  return { view, count, total };
}
