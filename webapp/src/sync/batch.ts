import type { ErrorCode, Limits, Mutation } from "../protocol.ts";
import type { Entry } from "./entry.ts";

/** Room for the event's name, the grid's id and the packet around them. */
const ENVELOPE_BYTES = 512;

const encoder = new TextEncoder();

export function sizeOf(mutation: Mutation): number {
  return encoder.encode(JSON.stringify(mutation)).length + 1;
}

/** Whether a mutation fits a batch at all. Larger than that it would be cut off by the transport again and again. */
export function fits(mutation: Mutation, limits: Limits): boolean {
  return sizeOf(mutation) <= limits.bytes - ENVELOPE_BYTES;
}

/**
 * What goes next, in order (R10): what was sent and not answered, and only that, before anything new.
 *
 * Never two mutations of one record that share a field, and a new delete only when nothing of its record is left
 * to wait for.
 */
export function nextBatch(
  entries: Iterable<Entry>,
  limits: Limits,
  isStored: (entry: Entry) => boolean,
): Entry[] {
  const open = [...entries].filter((entry) => entry.open);
  const again = open.filter((entry) => entry.phase === "unanswered");
  const resend = again.length > 0;
  const earlier = new Map<string, Entry[]>();
  const batch: Entry[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const entry of resend ? again : open) {
    const before = earlier.get(entry.record) ?? [];
    earlier.set(entry.record, [...before, entry]);
    if (!resend && !(entry.phase === "waiting" && isStored(entry))) continue;
    if (!resend && entry.type === "delete_record" && before.length > 0) continue;
    if (before.some((other) => other.undecided && other.shares(entry))) continue;
    if (entry.alone) return batch.length > 0 ? batch : [entry];
    bytes += sizeOf(entry.mutation);
    if (batch.length > 0 && (bytes > limits.bytes || batch.length >= limits.batch)) break;
    batch.push(entry);
  }
  return batch;
}

/**
 * What an answer without results means for its batch (R10): `split`: each goes again alone; `again`: the outcome is
 * unknown or nothing was done, all go again; `stand`: it decides nothing, wait for another session.
 */
export const WITHOUT_RESULTS: Record<ErrorCode, "split" | "again" | "stand"> = {
  too_large: "split",
  invalid_message: "split",
  internal: "split",
  busy: "again",
  rate_limited: "again",
  unauthorized: "stand",
  forbidden: "stand",
  unsupported_protocol: "stand",
  not_found: "stand",
  not_joined: "stand",
  unknown_event: "stand",
  // Told per mutation only; as the answer to a whole batch they decide nothing.
  validation_failed: "stand",
  conflict: "stand",
  gone: "stand",
  changed: "stand",
  exists: "stand",
  skipped: "stand",
};
