import Box from "@mui/material/Box";
import { useImperativeHandle, useRef, useState, type ReactNode, type Ref } from "react";
import type { FieldDescription } from "../../protocol.ts";
import type { PaneState } from "../../query/paneState.ts";
import { texts } from "../../texts.ts";
import { BarButton } from "./BarButton.tsx";
import { askedOf, countOf } from "./conditions.ts";
import { DensityMenu } from "./DensityMenu.tsx";
import type { Path } from "./filterEdits.ts";
import { ColumnsIcon, DensityIcon, FilterIcon, SortIcon } from "../icons.tsx";
import { lazily } from "../lazily.tsx";
import { SearchBox } from "./SearchBox.tsx";
import { shownFields } from "./viewEdits.ts";

const FieldsPanel = lazily(async () => (await import("./FieldsPanel.tsx")).FieldsPanel);
const FilterPanel = lazily(async () => (await import("./FilterPanel.tsx")).FilterPanel);
const SortPanel = lazily(async () => (await import("./SortPanel.tsx")).SortPanel);

/** What the headers of a pane ask of its bar. */
export interface ViewBarHandle {
  /** Opens the filter with a condition on this field, which is there already or is begun. */
  readonly filterBy: (field: FieldDescription) => void;
}

interface ViewBarProps {
  /** all of the grid */
  readonly fields: readonly FieldDescription[];
  readonly state: PaneState;
  readonly onState: (patch: Partial<PaneState>, how: "push" | "replace") => void;
  /** a phone: panels come as sheets */
  readonly narrow: boolean;
  /** from the search to the rows */
  readonly onDown: () => void;
  readonly ref?: Ref<ViewBarHandle>;
}

type PanelName = "filter" | "sort" | "fields" | "density";

/**
 * Of what is done in one go (a panel, a search), the first change makes an entry in the browser's history and the
 * others take its place: "back" then leads to what the pane showed before.
 */
function useOneEntry(onState: ViewBarProps["onState"]) {
  const entered = useRef(false);
  return {
    begin: () => {
      entered.current = false;
    },
    change: (patch: Partial<PaneState>) => {
      onState(patch, entered.current ? "replace" : "push");
      entered.current = true;
    },
  };
}

/** What of its grid a pane shows: search, filter, sort, fields, density. Narrow panes show icons only. */
export function ViewBar({ fields, state, onState, narrow, onDown, ref }: ViewBarProps) {
  const { filter, sort, hidden, density } = state;
  const { begin, change } = useOneEntry(onState);
  const filterButton = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<{ readonly panel: PanelName; readonly anchor: HTMLElement } | null>(null);
  const [asked, setAsked] = useState<Path | null>(null);
  const show = (panel: PanelName, anchor: HTMLElement) => {
    begin();
    setOpen({ panel, anchor });
  };
  useImperativeHandle(ref, () => ({
    filterBy: (field) => {
      if (filterButton.current === null) return;
      show("filter", filterButton.current);
      const next = askedOf(filter, field);
      setAsked(next.at);
      if (next.filter !== filter) change({ filter: next.filter, page: 0 });
    },
  }));
  const button = (panel: PanelName, icon: ReactNode, name: string, count = 0, unit = "") => (
    <BarButton
      ref={panel === "filter" ? filterButton : undefined}
      label={texts.panels[panel]}
      icon={icon}
      name={name}
      mark={count === 0 ? "" : String(count)}
      unit={unit}
      popup={panel === "density" ? "menu" : "dialog"}
      open={open?.panel === panel}
      onOpen={(anchor) => show(panel, anchor)}
    />
  );
  const conditions = countOf(filter, fields);
  const keys = sort.filter((key) => fields.some(({ name }) => name === key.field)).length;
  const away = fields.length - shownFields(fields, hidden).length;
  const panel = {
    fields,
    narrow,
    onClose: () => {
      setOpen(null);
      setAsked(null);
    },
  };
  return (
    <Box role="group" aria-label={texts.panels.bar} sx={bar}>
      <Box sx={searchRoom}>
        <SearchBox
          label={texts.panels.search}
          search={state.search}
          onSearch={(search) => change({ search, page: 0 })}
          onFocus={begin}
          onDown={onDown}
        />
      </Box>
      {button("filter", <FilterIcon />, texts.panels.filterState(conditions), conditions)}
      {button("sort", <SortIcon />, texts.panels.sortState(keys), keys)}
      {button("fields", <ColumnsIcon />, texts.panels.fieldsState(away), away, texts.panels.hidden)}
      {button("density", <DensityIcon />, texts.panels.densityState(texts.panels.densities[density]))}
      {open?.panel === "filter" && (
        <FilterPanel
          {...panel}
          anchor={open.anchor}
          filter={filter}
          onFilter={(filter) => change({ filter, page: 0 })}
          asked={asked}
        />
      )}
      {open?.panel === "sort" && (
        <SortPanel {...panel} anchor={open.anchor} sort={sort} onSort={(sort) => change({ sort, page: 0 })} />
      )}
      {open?.panel === "fields" && (
        <FieldsPanel
          {...panel}
          anchor={open.anchor}
          hidden={hidden}
          onHidden={(hidden) => change({ hidden })}
        />
      )}
      {open?.panel === "density" && (
        <DensityMenu
          anchor={open.anchor}
          density={density}
          onDensity={(density) => onState({ density }, "replace")}
          onClose={panel.onClose}
        />
      )}
    </Box>
  );
}

/** Its width decides whether the buttons have words; in a row that wraps it rather has a line of its own. */
const bar = {
  flex: "1 1 240px",
  minWidth: 0,
  display: "flex",
  alignItems: "center",
  gap: 0.5,
  containerType: "inline-size",
} as const;

const searchRoom = { flex: 1, minWidth: 80, maxWidth: 320, mr: 0.25 };
