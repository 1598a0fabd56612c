import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { texts } from "../../texts.ts";

/** What of a record is shown: its fields, or what has happened to them or to one of them. */
export type RecordTab =
  { readonly part: "fields" } | { readonly part: "history"; readonly field: string | null };
type Part = RecordTab["part"];

export const FIELDS: RecordTab = { part: "fields" };
export const HISTORY: RecordTab = { part: "history", field: null };

/** `drawer`: an id of the document, for each pane may have a record open. */
export const tabOf = (drawer: string, part: Part): string => `${drawer}-tab-${part}`;
export const panelOf = (drawer: string, part: Part): string => `${drawer}-part-${part}`;

interface RecordTabsProps {
  readonly drawer: string;
  readonly part: Part;
  readonly onPart: (part: Part) => void;
}

export function RecordTabs({ drawer, part, onPart }: RecordTabsProps) {
  return (
    <Tabs
      value={part}
      onChange={(_event, part: Part) => onPart(part)}
      aria-label={texts.history.recordParts}
      sx={{ borderBottom: 1, borderColor: "divider", px: 1, minHeight: 36, flexShrink: 0 }}
    >
      {(["fields", "history"] as const).map((each) => (
        <Tab
          key={each}
          value={each}
          id={tabOf(drawer, each)}
          aria-controls={each === part ? panelOf(drawer, each) : undefined}
          label={texts.history.inRecord[each]}
          sx={{ minHeight: 36, minWidth: 0, py: 0 }}
        />
      ))}
    </Tabs>
  );
}
