import { GridColumnMenuContainer, useGridApiContext, type GridColumnMenuProps } from "@mui/x-data-grid";
import type { FieldDescription } from "../protocol.ts";
import { HeaderCell } from "./HeaderCell.tsx";
import { HeaderMenuItems } from "./HeaderMenu.tsx";
import { usePaneNow } from "./pane.ts";

/** A header that follows the pane's sort: the columns themselves do not change with it. */
export function PaneHeader({ field }: { readonly field: FieldDescription }) {
  const { state } = usePaneNow();
  return <HeaderCell field={field} sort={state.sort} />;
}

/** What the grid opens by the button in a header, and by Control+Enter on it. */
export function PaneColumnMenu(props: GridColumnMenuProps) {
  const { fields, state, onState, filterBy } = usePaneNow();
  const api = useGridApiContext();
  const field = fields.find(({ name }) => name === props.colDef.field);
  if (field === undefined) return null;
  return (
    <GridColumnMenuContainer {...props}>
      <HeaderMenuItems
        fields={fields}
        field={field}
        state={state}
        onState={onState}
        onFilter={filterBy}
        onClose={() => api.current.hideColumnMenu()}
      />
    </GridColumnMenuContainer>
  );
}
