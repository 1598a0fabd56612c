import Box from "@mui/material/Box";
import { useSyncExternalStore } from "react";
import { SPOKEN } from "../spoken.ts";

/** What a pane tells those who do not see it, one sentence after the other. */
export class Voice {
  #said = "";
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (fn: () => void): (() => void) => {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  };

  readonly said = (): string => this.#said;

  readonly say = (text: string): void => {
    // A region that says the same again is not heard again, so it ends in a space that is not seen.
    this.#said = text === this.#said ? `${text}\u00a0` : text;
    for (const listener of this.#listeners) listener();
  };
}

/** It is there from the start: what is said by a region that has just come is often not heard. */
export function VoiceRegion({ voice }: { readonly voice: Voice }) {
  const said = useSyncExternalStore(voice.subscribe, voice.said);
  return (
    <Box role="status" aria-live="polite" data-voice sx={SPOKEN}>
      {said}
    </Box>
  );
}
