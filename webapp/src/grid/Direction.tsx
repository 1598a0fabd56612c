import Box from "@mui/material/Box";
import type { FieldType } from "../protocol.ts";
import { texts } from "../texts.ts";
import { SPOKEN } from "./panelStyle.ts";

type Words = keyof typeof texts.panels.directions;

/** By what people take the values of a field type for; the compiler misses one that is forgotten. */
const WORDS: Record<FieldType, Words> = {
  text: "words",
  long_text: "words",
  integer: "numbers",
  number: "numbers",
  decimal: "numbers",
  boolean: "answers",
  date: "moments",
  datetime: "moments",
  choice: "options",
  choices: "words",
  email: "words",
  url: "words",
  list: "words",
  object: "words",
};

/** "A → Z": a direction in the words of a field type; of text where the field is not known. */
export const directionText = (type: FieldType | undefined, descending: boolean): string =>
  texts.panels.directions[WORDS[type ?? "text"]][descending ? 1 : 0];

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
