import Avatar from "@mui/material/Avatar";
import { inkOn } from "../grid/Others.tsx";

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]!.toUpperCase())
    .join("");

interface FaceProps {
  /** null: nobody has said it */
  readonly name: string | null;
  /** none: one's own */
  readonly color?: string;
}

/** Somebody, by the first letters of the name. */
export const Face = ({ name, color }: FaceProps) => (
  <Avatar sx={face} style={color === undefined ? undefined : { backgroundColor: color, color: inkOn(color) }}>
    {name === null ? "?" : initialsOf(name)}
  </Avatar>
);

export const face = {
  width: 26,
  height: 26,
  fontSize: 11,
  fontWeight: 600,
  "&.MuiAvatar-colorDefault": { bgcolor: "text.secondary", color: "background.paper" },
} as const;
