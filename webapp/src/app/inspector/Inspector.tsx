import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { useState, type ReactNode } from "react";
import { SPOKEN } from "../../grid/spoken.ts";
import { useNarrow } from "../../grid/useNarrow.ts";
import { useConnection } from "../../hooks/useConnection.ts";
import { useReplicas } from "../../hooks/useReplicas.ts";
import { useUnsent } from "../../hooks/useUnsent.ts";
import type { Comparison } from "../../sync/comparison.ts";
import type { Replica } from "../../sync/replica.ts";
import { toWireError } from "../../sync/wire.ts";
import { texts } from "../../texts.ts";
import { CopyButton } from "../CopyButton.tsx";
import { useCopy } from "../useCopy.ts";
import { useNow } from "../useNow.ts";
import { useDevice } from "./device.ts";
import { asText, connectionPart, devicePart, gridPart, type Part } from "./report.ts";

const say = texts.inspector;

/** What page, device and server know of each other, in figures, for those who help. */
export function Inspector({ onClose }: { readonly onClose: () => void }) {
  const { connection } = useConnection();
  const { durable } = useUnsent();
  const replicas = useReplicas();
  const device = useDevice();
  const narrow = useNarrow();
  const now = useNow(true); // with it everything that is told here is read anew
  const [comparisons, setComparisons] = useState<ReadonlyMap<Replica, Comparison>>(new Map());
  const { ref, copied, copy } = useCopy<HTMLTextAreaElement>();
  const general = [connectionPart(connection, now), devicePart(device, durable)];
  const grids = replicas.map((replica) => ({
    replica,
    part: gridPart(replica.grid, replica.status(), comparisons.get(replica)),
  }));
  const text = asText([...general, ...grids.map(({ part }) => part)], now);
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      fullScreen={narrow}
      maxWidth="md"
      aria-labelledby="inspector-title"
    >
      <DialogTitle id="inspector-title">{say.title}</DialogTitle>
      <DialogContent dividers tabIndex={0}>
        <Typography variant="body2" color="text.secondary">
          {say.about}
        </Typography>
        {general.map((part) => (
          <Section key={part.title} part={part} />
        ))}
        {grids.map(({ replica, part }) => (
          <Section key={replica.grid} part={part}>
            <Compare
              replica={replica}
              onCompared={(comparison) => setComparisons((all) => new Map(all).set(replica, comparison))}
            />
          </Section>
        ))}
        <textarea ref={ref} readOnly value={text} tabIndex={-1} aria-label={say.asText} style={SPOKEN} />
      </DialogContent>
      <DialogActions>
        <CopyButton copied={copied} onCopy={copy} label={say.copy} />
        <Button onClick={onClose}>{say.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Section({ part, children }: { readonly part: Part; readonly children?: ReactNode }) {
  return (
    <Box component="section" aria-label={part.title} sx={{ mt: 2.5 }}>
      <Typography component="h3" variant="subtitle1" sx={{ mb: 0.5 }}>
        {part.title}
      </Typography>
      <Box component="dl" sx={list}>
        {part.rows.map(([label, value]) => (
          <Box key={label} sx={row}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Box>
        ))}
      </Box>
      {children}
    </Box>
  );
}

interface CompareProps {
  readonly replica: Replica;
  readonly onCompared: (comparison: Comparison) => void;
}

/** R13 on demand. */
function Compare({ replica, onCompared }: CompareProps) {
  const [state, setState] = useState<"idle" | "asking" | { readonly told: string }>("idle");
  const compare = () => {
    setState("asking");
    replica.compare().then(
      (comparison) => {
        onCompared(comparison);
        setState({ told: say.verdict[comparison.verdict] });
      },
      (thrown: unknown) => setState({ told: toWireError(thrown).message }),
    );
  };
  const isOpen = replica.status().tooLarge === null;
  return (
    <Box sx={{ display: "flex", alignItems: "center", flexWrap: "wrap", gap: 1.5, mt: 1 }}>
      <Button variant="outlined" onClick={compare} disabled={state === "asking" || !isOpen}>
        {state === "asking" ? say.comparing : say.compare}
      </Button>
      <Typography variant="body2" role="status">
        {typeof state === "object" && state.told}
      </Typography>
    </Box>
  );
}

const list = { m: 0, "& dt, & dd": { m: 0 } } as const;
const row = {
  display: "grid",
  gridTemplateColumns: { xs: "1fr", sm: "20rem 1fr" },
  columnGap: 2,
  fontSize: 14,
  py: 0.75,
  borderTop: 1,
  borderColor: "divider",
  "& dt": { color: "text.secondary" },
  "& dd": { overflowWrap: "anywhere", fontVariantNumeric: "tabular-nums" },
} as const;
