import Box from "@mui/material/Box";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { useId, useState } from "react";
import { texts } from "../../texts.ts";
import { DeletedRecords } from "./DeletedRecords.tsx";
import { LatestChanges } from "./LatestChanges.tsx";

const t = texts.history;
const PARTS = ["changes", "deleted"] as const;
type Part = (typeof PARTS)[number];

export interface GridHistoryProps {
  readonly onGo: (id: string, field: string | null) => void;
}

/** The latest changes of a grid, or the records that were deleted from it. */
export function GridHistory({ onGo }: GridHistoryProps) {
  const [part, setPart] = useState<Part>("changes");
  const id = useId();
  const Shown = part === "changes" ? LatestChanges : DeletedRecords;
  return (
    <>
      <Tabs
        value={part}
        onChange={(_event, part: Part) => setPart(part)}
        aria-label={t.partsLabel}
        sx={{ borderBottom: 1, borderColor: "divider", px: 1, minHeight: 36, flexShrink: 0 }}
      >
        {PARTS.map((each) => (
          <Tab
            key={each}
            value={each}
            id={`${id}-${each}`}
            aria-controls={each === part ? `${id}-panel` : undefined}
            label={t.parts[each]}
            sx={{ minHeight: 36, minWidth: 0, py: 0 }}
          />
        ))}
      </Tabs>
      <Box role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${part}`} sx={PANEL}>
        <Shown onGo={onGo} />
      </Box>
    </>
  );
}

const PANEL = { flex: 1, minHeight: 0, display: "flex", flexDirection: "column" } as const;
