import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import { useEffect, useId, useMemo, type KeyboardEvent } from "react";
import { titleOf } from "../../fields/title.ts";
import { useRecord } from "../../hooks/useReplica.ts";
import type { Grid } from "../../protocol.ts";
import type { Replica } from "../../sync/replica.ts";
import { isUntaken, type RecordView } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import { AwayNote } from "../away/AwayNote.tsx";
import { useDiscard } from "../editors/DiscardDialog.tsx";
import { DrawerField } from "./DrawerField.tsx";
import { DrawerHead, type DrawerActions } from "./DrawerHead.tsx";
import { SidePanel } from "../SidePanel.tsx";
import { lazily } from "../lazily.tsx";
import { RecordEdits } from "./recordEdits.ts";
import { FIELDS, HISTORY, panelOf, RecordTabs, tabOf, type RecordTab } from "./RecordTabs.tsx";

const RecordHistory = lazily(async () => (await import("../history/RecordHistory.tsx")).RecordHistory);

interface RecordDrawerProps extends DrawerActions {
  readonly replica: Replica;
  readonly grid: Grid;
  readonly id: string;
  /** Below 700 pixels it takes the whole screen. */
  readonly narrow: boolean;
  readonly onRestore: () => void;
  readonly tab: RecordTab;
  readonly onTab: (tab: RecordTab) => void;
}

/**
 * What is written is saved when its field is left, however it is left: also when another record takes this one's
 * place, or when the drawer goes. `leave` goes elsewhere, but asks first if something cannot be saved.
 */
function useEdits({ replica, grid: { fields }, id }: RecordDrawerProps) {
  const edits = useMemo(() => new RecordEdits(replica), [replica]);
  useEffect(() => () => fields.forEach((field) => edits.commit(id, field)), [edits, id, fields]);
  const isStuck = () => fields.map((field) => edits.commit(id, field)).includes(false);
  const { leave, question } = useDiscard(isStuck);
  return {
    edits,
    question,
    leave: (go: () => void) =>
      leave(() => {
        for (const field of fields) edits.drop(id, field);
        go();
      }),
  };
}

/** A key together with Alt, and where it goes; the keys alone belong to the inputs. */
function turning(event: KeyboardEvent, { onPrevious, onNext }: DrawerActions): (() => void) | null {
  if (!event.altKey || event.defaultPrevented) return null;
  if (event.key === "ArrowUp" || event.key === "PageUp") return onPrevious;
  return event.key === "ArrowDown" || event.key === "PageDown" ? onNext : null;
}

/** All fields of one record, each edited in place: a panel at the right of the pane, or the whole of a small screen. */
export function RecordDrawer(props: RecordDrawerProps) {
  const { replica, grid, id, narrow, tab, onTab } = props;
  const record = useRecord(replica, id);
  const titleId = useId();
  const { edits, leave, question } = useEdits(props);
  const close = () => leave(props.onClose);
  const onKeyDown = (event: KeyboardEvent) => {
    const go = event.key === "Escape" && !narrow ? props.onClose : turning(event, props);
    if (go === null) return;
    event.preventDefault();
    event.stopPropagation();
    leave(go);
  };
  return (
    <SidePanel titleId={titleId} narrow={narrow} onClose={close} onKeyDown={onKeyDown}>
      <DrawerHead
        {...props}
        title={titleOf(record?.fields ?? {}, grid.fields) ?? texts.record.untitled}
        titleId={titleId}
        deletable={record !== undefined && !record.deleted}
        onPrevious={props.onPrevious && (() => leave(() => props.onPrevious?.()))}
        onNext={props.onNext && (() => leave(() => props.onNext?.()))}
        onDuplicate={() => leave(props.onDuplicate)}
        onDelete={() => leave(props.onDelete)}
        onClose={close}
      />
      <RecordTabs
        drawer={titleId}
        part={tab.part}
        onPart={(part) => onTab(part === "fields" ? FIELDS : HISTORY)}
      />
      {record?.deleted === true && !isUntaken(record) && (
        <Deleted onRestore={props.mayEdit ? props.onRestore : null} />
      )}
      <Box
        role="tabpanel"
        id={panelOf(titleId, tab.part)}
        aria-labelledby={tabOf(titleId, tab.part)}
        sx={CONTENT}
      >
        {tab.part === "fields" ? (
          <FieldList {...props} record={record} edits={edits} />
        ) : (
          <RecordHistory
            id={id}
            field={tab.field}
            onField={(field) => onTab({ part: "history", field })}
            onFields={() => onTab(FIELDS)}
          />
        )}
      </Box>
      {question}
    </SidePanel>
  );
}

const CONTENT = { flex: 1, minHeight: 0, display: "flex", flexDirection: "column" } as const;

function Deleted({ onRestore }: { readonly onRestore: (() => void) | null }) {
  return (
    <Alert
      severity="warning"
      square
      action={
        onRestore && (
          <Button color="inherit" onClick={onRestore}>
            {texts.record.restore}
          </Button>
        )
      }
    >
      {texts.record.deleted}
    </Alert>
  );
}

type FieldListProps = Pick<RecordDrawerProps, "replica" | "grid"> & {
  readonly record: RecordView | undefined;
  readonly edits: RecordEdits;
};

function FieldList({ replica, grid: { fields }, record, edits }: FieldListProps) {
  if (record === undefined) return <Alert severity="info">{texts.record.gone}</Alert>;
  return (
    <Stack spacing={0.5} sx={{ flex: 1, minHeight: 0, overflowY: "auto", p: 2 }}>
      <AwayNote id={record.id} />
      {fields.map((field) => (
        <DrawerField
          key={field.name}
          replica={replica}
          edits={edits}
          record={record}
          field={field}
          fields={fields}
        />
      ))}
    </Stack>
  );
}
