import type { FieldDescription, Json } from "../protocol.ts";
import type { Replica } from "../sync/replica.ts";
import { InvalidValue } from "../sync/types.ts";

/**
 * Hands a field's new value to the replica, which shows it at once and sends it when it can (R10). `was`: what its
 * user saw (R8). Returns why the value was not accepted, as a sentence, or null.
 */
export function saveField(
  replica: Pick<Replica, "update">,
  id: string,
  field: FieldDescription,
  value: Json,
  was: Json,
): string | null {
  try {
    replica.update(id, { [field.name]: value }, { [field.name]: was });
    return null;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return Object.values(error.fields).flat().join(" ");
  }
}
