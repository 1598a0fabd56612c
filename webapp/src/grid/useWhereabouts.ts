import { useEffect } from "react";
import type { Replica } from "../sync/replica.ts";
import type { Api } from "./useCursor.ts";

/** Tells the others which cell has the cursor, and whether its editor is open. */
export function useWhereabouts(api: Api, replica: Replica): void {
  useEffect(() => {
    const { presence } = replica;
    const at = (editing: boolean) => (place: { readonly id: string | number; readonly field: string }) => {
      // The columns in front are no fields.
      if (!place.field.startsWith("__")) presence.set({ id: String(place.id), field: place.field }, editing);
    };
    const ends = [
      api.current?.subscribeEvent("cellFocusIn", at(false)),
      api.current?.subscribeEvent("cellEditStart", at(true)),
      api.current?.subscribeEvent("cellEditStop", at(false)),
    ];
    return () => {
      ends.forEach((end) => end?.());
      presence.set(null, false);
    };
  }, [api, replica]);
}
