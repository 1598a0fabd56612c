import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useState, type FormEvent } from "react";
import { useLinks } from "../../hooks/useLinks.ts";
import type { Made } from "../../sync/sharing.ts";
import type { Role } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { LinkBox } from "./LinkBox.tsx";
import { LinkList } from "./LinkList.tsx";

const say = texts.share;

const ROLES: readonly Role[] = ["view", "edit"];
const NAME_LENGTH = 40;

interface MakeLinkProps {
  readonly grid: string;
  /** the link with this key */
  readonly linkOf: (key: string) => string;
}

/** For who may share a grid: a new link, shown once, and those there are. */
export function MakeLink({ grid, linkOf }: MakeLinkProps) {
  const { links, error, make, takeBack } = useLinks(grid);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("view");
  const [made, setMade] = useState<Made | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "" || busy) return;
    setBusy(true);
    const link = await make(name, role);
    setBusy(false);
    if (link === null) return;
    setMade(link);
    setName("");
  };
  const goneBy = async (id: string) => {
    const isGone = await takeBack(id);
    if (isGone && made?.id === id) setMade(null);
    return isGone;
  };
  return (
    <Stack sx={{ gap: 2 }}>
      <Stack component="form" onSubmit={(event) => void submit(event)} direction="row" sx={form}>
        <TextField
          autoFocus
          label={say.whom}
          value={name}
          onChange={({ target }) => setName(target.value)}
          slotProps={{ htmlInput: { maxLength: NAME_LENGTH, autoComplete: "off" } }}
          sx={{ flex: "1 1 12rem" }}
        />
        <ToggleButtonGroup
          exclusive
          size="small"
          color="primary"
          value={role}
          onChange={(_event, to: Role | null) => to !== null && setRole(to)}
          aria-label={say.may}
        >
          {ROLES.map((each) => (
            <ToggleButton key={each} value={each} sx={{ px: 1.25, whiteSpace: "nowrap" }}>
              {say.roles[each]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Button type="submit" variant="contained" loading={busy} disabled={name.trim() === ""}>
          {say.make}
        </Button>
      </Stack>
      {error !== null && <Alert severity="error">{error}</Alert>}
      {made !== null && (
        <Stack component="section" aria-label={say.made} sx={{ gap: 1.5 }}>
          <LinkBox
            key={made.id}
            fresh
            link={linkOf(made.token)}
            label={say.linkOf(made.name, say.roles[made.role])}
          />
          <Alert severity="info">{say.once}</Alert>
        </Stack>
      )}
      <Stack component="section" aria-labelledby="links-title">
        <Typography id="links-title" component="h3" variant="subtitle1">
          {say.links}
        </Typography>
        {links !== null && <LinkList links={links} onTakeBack={goneBy} />}
        <Typography variant="caption" color="textSecondary">
          {say.others}
        </Typography>
      </Stack>
    </Stack>
  );
}

const form = { flexWrap: "wrap", alignItems: "center", gap: 1.5, pt: 1 } as const;
