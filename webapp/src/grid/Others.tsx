import { getContrastRatio } from "@mui/material/styles";
import type { CSSProperties } from "react";
import type { Person } from "../sync/presence.ts";
import { texts } from "../texts.ts";

/** What can be read on that colour: one of the two always can. */
export const inkOn = (color: string): string => (getContrastRatio("#fff", color) >= 4.5 ? "#fff" : "#000");

interface OthersProps {
  /** at this cell; at least one */
  readonly people: readonly Person[];
}

/** Who else is at a cell: its outline in their colour, with their name. It is said in the cell's description. */
export function Others({ people }: OthersProps) {
  const first = people.find(({ editing }) => editing) ?? people[0]!;
  const style = { "--tandem-color": first.color, "--tandem-ink": inkOn(first.color) } as CSSProperties;
  const label = texts.people.label(first.name, first.editing, people.length - 1);
  return <span className="tandem-others" data-label={label} style={style} aria-hidden />;
}
