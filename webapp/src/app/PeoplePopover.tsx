import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemAvatar from "@mui/material/ListItemAvatar";
import ListItemText from "@mui/material/ListItemText";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useState, type FormEvent } from "react";
import { titleOf } from "../fields/title.ts";
import type { Somewhere } from "../hooks/usePresence.ts";
import { texts } from "../texts.ts";
import { BarPopover } from "./BarPopover.tsx";
import { Face } from "./Face.tsx";

const say = texts.people;

const NAME_LENGTH = 40;

function whereIs({ person: { cell, editing }, replica }: Somewhere): string {
  const { grid } = replica.status();
  const title = grid?.title ?? replica.grid;
  if (cell === null || grid === null) return say.looking(title);
  const field = grid.fields.find(({ name }) => name === cell.field)?.label ?? cell.field;
  return say.at(field, titleOf(replica.get(cell.id)?.fields ?? {}, grid.fields), title, editing);
}

interface PeoplePopoverProps extends NameFormProps {
  readonly open: boolean;
  readonly anchor: HTMLElement | null;
  readonly people: readonly Somewhere[];
  readonly onClose: () => void;
}

/** Who is where, and what they call oneself. */
export function PeoplePopover({ anchor, people, name, onName, onClose }: PeoplePopoverProps) {
  return (
    <BarPopover
      anchor={anchor}
      title={say.title}
      size={{ width: "min(340px, calc(100vw - 32px))" }}
      onClose={onClose}
    >
      <NameForm name={name} onName={onName} />
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
