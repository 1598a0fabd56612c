import type { Mutation, Result } from "../../protocol.ts";
import type { Simulation } from "./simulation.ts";

/** At rest: what was sent is there once, or somebody knows why it is not (R2, R3, R8, R10). */
export function checkExplained(simulation: Simulation): void {
  const { server, emitted, answers, disks } = simulation;
  for (const [id, content] of server.received) {
    if (server.timesApplied(id) > 1) simulation.broken(`R3: ${id} was applied more than once`);
    if ((emitted.get(id) ?? content) !== content)
      simulation.broken(`R10: ${id} arrived with another content`);
  }
  server.revisions.forEach((revision, place) => {
    if (revision !== server.floor + place + 1) simulation.broken(`revision ${revision} does not follow`);
  });
  for (const id of emitted.keys())
    if (!isDecided(simulation, id)) simulation.broken(`${id} was sent, and nobody knows what became of it`);
  for (const result of answers.values()) checkAnswer(simulation, result);
  const open = disks.flatMap((disk) => [...disk.entries.values()]).filter(({ kept }) => kept === undefined);
  if (open.length > 0) simulation.broken(`left on a disk without a word: ${JSON.stringify(open)}`);
}

function checkAnswer(simulation: Simulation, result: Result): void {
  const { server, reported, settled } = simulation;
  const { mutation_id: id, status, epoch, revision } = result;
  if (status === "applied") {
    // Unless a backup was restored that does not know it: then there is nothing that it could be in.
    if (server.isPast(epoch!, revision ?? 0) && server.timesApplied(id) !== 1)
      simulation.broken(`R2: ${id} was acknowledged, and is there ${server.timesApplied(id)} times`);
  } else if (status === "conflict" || status === "refused") {
    if (!reported.has(id) && !settled.has(id) && !isFulfilled(simulation, result))
      simulation.broken(`R8: ${id} was answered ${status}, and nobody was told`);
  }
}

/** What was to be deleted was never there. */
function isFulfilled({ server }: Simulation, { mutation_id, error }: Result): boolean {
  const { type } = JSON.parse(server.received.get(mutation_id)!) as Mutation;
  return type === "delete_record" && error?.code === "not_found";
}

function isDecided({ server, settled, disks }: Simulation, id: string): boolean {
  const kept = disks.some((disk) =>
    [...disk.entries.values()].some((entry) => entry.mutation.mutation_id === id && entry.kept),
  );
  return kept || settled.has(id) || server.everDecided.has(id);
}
