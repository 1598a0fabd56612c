import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import Typography from "@mui/material/Typography";
import { useRef, useState } from "react";
import { SPOKEN } from "../../grid/spoken.ts";
import type { GridKey } from "../../protocol.ts";
import { texts } from "../../texts.ts";

const say = texts.share;

interface LinkListProps {
  readonly links: readonly GridKey[];
  /** Whether it is taken back. */
  readonly onTakeBack: (id: string) => Promise<boolean>;
}

/** For whom there are links, what they may, and the way to take one back. */
export function LinkList({ links, onTakeBack }: LinkListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [told, setTold] = useState("");
  const takeBack = async ({ id, name }: GridKey) => {
    if (!(await onTakeBack(id))) return;
    setTold(say.tookBack(name));
    box.current?.focus(); // its button is gone
  };
  return (
    <Box ref={box} tabIndex={-1} sx={{ outline: "none" }}>
      {links.length === 0 ? (
        <Typography variant="body2" color="textSecondary" sx={{ py: 1 }}>
          {say.none}
        </Typography>
      ) : (
        <List dense disablePadding aria-labelledby="links-title">
          {links.map((link) => (
            <ListItem key={link.id} disableGutters divider sx={{ gap: 1 }}>
              <ListItemText
                primary={link.name}
                secondary={say.since(say.roles[link.role], new Date(link.at))}
                slotProps={{ primary: { sx: { overflowWrap: "anywhere" } } }}
              />
              <TakeBack name={link.name} go={() => takeBack(link)} />
            </ListItem>
          ))}
        </List>
      )}
      <Box role="status" sx={SPOKEN}>
        {told}
      </Box>
    </Box>
  );
}

/** Only the second press does it, and a double click is one; whoever goes elsewhere has changed their mind. */
function TakeBack({ name, go }: { readonly name: string; readonly go: () => Promise<void> }) {
  const [asked, setAsked] = useState(false);
  const press = ({ detail }: { readonly detail: number }) => {
    if (detail > 1) return;
    setAsked(!asked);
    if (asked) void go();
  };
  return (
    <Button
      color={asked ? "error" : "inherit"}
      variant={asked ? "contained" : "text"}
      aria-label={asked ? say.takeBackNow(name) : say.takeBackOf(name)}
      onClick={press}
      onBlur={() => setAsked(false)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !asked) return;
        event.stopPropagation(); // the dialog stays
        setAsked(false);
      }}
      sx={{ flexShrink: 0 }}
    >
      {asked ? say.sure : say.takeBack}
    </Button>
  );
}
