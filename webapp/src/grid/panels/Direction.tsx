import Box from "@mui/material/Box";
import { VALUE_TYPES } from "../../fields/types.ts";
import type { Kind } from "../../fields/values.ts";
import type { FieldType } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import { SPOKEN } from "../spoken.ts";

type Words = keyof typeof texts.panels.directions;

/** What people take the values of a kind for. */
const WORDS: Record<Kind, Words> = {
  text: "words",
  number: "numbers",
  date: "moments",
  moment: "moments",
  choice: "options",
  choices: "words",
  boolean: "answers",
};

/** "A → Z": a direction in the words of a field type; of text where the field is not known. */
export const directionText = (type: FieldType | undefined, descending: boolean): string =>
  texts.panels.directions[WORDS[VALUE_TYPES[type ?? "text"].kind]][descending ? 1 : 0];

/** An arrow is no word to listen to. */
export function Direction({
  type,
  descending,
}: {
  readonly type: FieldType | undefined;
  readonly descending: boolean;
}) {
  const shown = directionText(type, descending);
  return (
    <>
      <span aria-hidden>{shown}</span>
      <Box component="span" sx={SPOKEN}>
        {texts.panels.directionHeard(descending, shown)}
      </Box>
    </>
  );
}
