import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { collation } from "../../fields/collation.ts";
import type { FieldDescription } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { FieldLabel } from "./FieldChoice.tsx";
import { Panel, PanelAction } from "./Panel.tsx";
import { SearchBox } from "./SearchBox.tsx";
import { shownFields, withShown } from "./viewEdits.ts";

interface FieldsPanelProps {
  readonly fields: readonly FieldDescription[];
  /** names */
  readonly hidden: readonly string[];
  readonly onHidden: (hidden: readonly string[]) => void;
  readonly anchor: HTMLElement;
  readonly narrow: boolean;
  readonly onClose: () => void;
}

/** More than that are looked for by name. */
const MANY = 10;

/** Which fields a pane shows; one always stays. */
export function FieldsPanel({ fields, hidden, onHidden, ...panel }: FieldsPanelProps) {
  const [words, setWords] = useState("");
  const shown = shownFields(fields, hidden);
  const wanted = collation.fold(words.trim());
  const found = fields.filter(({ label }) => collation.fold(label).includes(wanted));
  const show = (some: readonly FieldDescription[], on: boolean) =>
    onHidden(
      withShown(
        fields,
        hidden,
        some.map(({ name }) => name),
        on,
      ),
    );
  return (
    <Panel
      {...panel}
      title={texts.panels.fields}
      width={280}
      actions={
        <>
          <PanelAction onClick={() => show(found, true)}>{texts.panels.showAll}</PanelAction>
          <PanelAction onClick={() => show(found, false)}>{texts.panels.hideAll}</PanelAction>
        </>
      }
    >
      {fields.length > MANY && (
        <SearchBox label={texts.panels.findField} search={words} onSearch={setWords} />
      )}
      {found.length === 0 && (
        <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
          {texts.panels.noFieldFound}
        </Typography>
      )}
      <Box sx={list}>
        {found.map((field) => {
          const isShown = shown.includes(field);
          const last = isShown && shown.length === 1;
          return (
            <FormControlLabel
              key={field.name}
              disabled={last}
              title={last ? texts.panels.oneStays : undefined}
              control={
                <Checkbox
                  size="small"
                  checked={isShown}
                  onChange={(_event, checked) => show([field], checked)}
                  sx={{ p: 0.5 }}
                />
              }
              label={<FieldLabel field={field} />}
            />
          );
        })}
      </Box>
    </Panel>
  );
}

const list = {
  display: "flex",
  flexDirection: "column",
  mt: 0.5,
  "& .MuiFormControlLabel-root": { ml: -0.5, mr: 0, minHeight: 28, gap: 0.5 },
  "& .MuiFormControlLabel-label": { fontSize: 13, minWidth: 0 },
};
