import AvatarGroup from "@mui/material/AvatarGroup";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ButtonBase from "@mui/material/ButtonBase";
import { useState } from "react";
import { lazily } from "../grid/lazily.tsx";
import { SPOKEN } from "../grid/spoken.ts";
import { useConnection } from "../hooks/useConnection.ts";
import { usePeople } from "../hooks/usePresence.ts";
import { texts } from "../texts.ts";
import { Face, face } from "./Face.tsx";

const say = texts.people;

const PeoplePopover = lazily(async () => (await import("./PeoplePopover.tsx")).PeoplePopover);

/** More are one number. */
const AVATARS = 4;

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
          <Face name={name} />
          {people.slice(0, AVATARS).map(({ person }) => (
            <Face key={person.session} {...person} />
          ))}
        </AvatarGroup>
        <Box component="span" sx={SPOKEN}>
          {say.open(people.length)}
        </Box>
      </ButtonBase>
      <PeoplePopover
        open={anchor !== null}
        anchor={anchor}
        people={people}
        name={name ?? ""}
        onName={(said) => {
          connection.introduce(said);
          setName(said);
          close();
        }}
        onClose={close}
      />
    </>
  );
}
