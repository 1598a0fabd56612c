import Avatar from "@mui/material/Avatar";
import AvatarGroup from "@mui/material/AvatarGroup";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ButtonBase from "@mui/material/ButtonBase";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemAvatar from "@mui/material/ListItemAvatar";
import ListItemText from "@mui/material/ListItemText";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useState, type FormEvent } from "react";
import { titleOf } from "../fields/title.ts";
import { inkOn } from "../grid/Others.tsx";
import { SPOKEN } from "../grid/spoken.ts";
import { useConnection } from "../hooks/useConnection.ts";
import { usePeople, type Somewhere } from "../hooks/usePresence.ts";
import { texts } from "../texts.ts";
import { BarPopover } from "./BarPopover.tsx";

const say = texts.people;

/** More are one number. */
const AVATARS = 4;
const NAME_LENGTH = 40;

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]!.toUpperCase())
    .join("");

function whereIs({ person: { cell, editing }, replica }: Somewhere): string {
  const { grid } = replica.status();
  const title = grid?.title ?? replica.grid;
  if (cell === null || grid === null) return say.looking(title);
  const field = grid.fields.find(({ name }) => name === cell.field)?.label ?? cell.field;
  return say.at(field, titleOf(replica.get(cell.id)?.fields ?? {}, grid.fields), title, editing);
}

const Face = ({ name, color }: { readonly name: string; readonly color: string }) => (
  <Avatar sx={face} style={{ backgroundColor: color, color: inkOn(color) }}>
    {initialsOf(name)}
  </Avatar>
);

/** Who else looks at the grids of this page, and what they call oneself: asked until it was said once. */
export function People() {
  const { connection } = useConnection();
  const people = usePeople();
  const [name, setName] = useState(connection.identity.name);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const open = (event: { readonly currentTarget: HTMLElement }) => setAnchor(event.currentTarget);
  const close = () => setAnchor(null);
  return (
    <>
      {name === null && (
        <Button
          onClick={open}
          aria-haspopup="dialog"
          sx={{ whiteSpace: "nowrap", display: { xs: "none", sm: "inline-flex" } }}
        >
          {say.ask}
        </Button>
      )}
      <ButtonBase aria-haspopup="dialog" onClick={open} sx={{ borderRadius: 4, p: 0.25 }}>
        <AvatarGroup
          aria-hidden
          max={AVATARS + 2}
          total={people.length + 1}
          slotProps={{ surplus: { sx: face } }}
          sx={{ "& .MuiAvatar-root": face }}
        >
          <Avatar sx={face}>{name === null ? "?" : initialsOf(name)}</Avatar>
          {people.slice(0, AVATARS).map(({ person }) => (
            <Face key={person.session} {...person} />
          ))}
        </AvatarGroup>
        <Box component="span" sx={SPOKEN}>
          {say.open(people.length)}
        </Box>
      </ButtonBase>
      <BarPopover
        anchor={anchor}
        title={say.title}
        size={{ width: "min(340px, calc(100vw - 32px))" }}
        onClose={close}
      >
        <NameForm
          name={name ?? ""}
          onName={(said) => {
            connection.introduce(said);
            setName(said);
            close();
          }}
        />
        {people.length === 0 ? (
          <Typography variant="body2" color="textSecondary" sx={{ mt: 1.5 }}>
            {say.alone}
          </Typography>
        ) : (
          <List dense disablePadding tabIndex={0} sx={{ mt: 1, maxHeight: "50vh", overflow: "auto" }}>
            {people.map((somewhere) => (
              <ListItem key={somewhere.person.session} disableGutters>
                <ListItemAvatar sx={{ minWidth: 36 }}>
                  <Face {...somewhere.person} />
                </ListItemAvatar>
                <ListItemText primary={somewhere.person.name} secondary={whereIs(somewhere)} />
              </ListItem>
            ))}
          </List>
        )}
      </BarPopover>
    </>
  );
}

interface NameFormProps {
  readonly name: string;
  readonly onName: (name: string) => void;
}

function NameForm({ name, onName }: NameFormProps) {
  const [text, setText] = useState(name);
  const said = text.trim();
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (said !== "") onName(said);
  };
  return (
    <form onSubmit={save}>
      <TextField
        autoFocus
        label={say.you}
        value={text}
        onChange={(event) => setText(event.target.value)}
        slotProps={{
          htmlInput: { maxLength: NAME_LENGTH, autoComplete: "nickname" },
          input: {
            endAdornment: (
              <Button type="submit" disabled={said === "" || said === name}>
                {say.save}
              </Button>
            ),
          },
        }}
      />
    </form>
  );
}

const face = {
  width: 26,
  height: 26,
  fontSize: 11,
  fontWeight: 600,
  "&.MuiAvatar-colorDefault": { bgcolor: "text.secondary", color: "background.paper" },
} as const;
