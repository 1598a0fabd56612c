import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Presence, Person } from "../sync/presence.ts";
import type { Replica } from "../sync/replica.ts";
import { useReplicas } from "./useReplicas.ts";

/** Those at one record of a grid; renders again when they are others, or at another of its cells. */
export function usePeopleAt(presence: Presence, id: string): readonly Person[] {
  const subscribe = useCallback((fn: () => void) => presence.subscribe(fn), [presence]);
  return useSyncExternalStore(subscribe, () => presence.at(id));
}

/** Somebody, and the grid that they are in. */
export interface Somewhere {
  readonly person: Person;
  readonly replica: Replica;
}

/** Everybody else in the grids of this page, once for each session: where they have a cell, if they have one. */
export function usePeople(): readonly Somewhere[] {
  const replicas = useReplicas();
  const subscribe = useCallback(
    (fn: () => void) => {
      const ends = replicas.map(({ presence }) => presence.subscribe(fn));
      return () => ends.forEach((end) => end());
    },
    [replicas],
  );
  const read = useMemo(() => remembered(replicas), [replicas]);
  return useSyncExternalStore(subscribe, read);
}

/** The same array as long as nobody came, went or moved. */
function remembered(replicas: readonly Replica[]): () => readonly Somewhere[] {
  let seen: readonly (readonly Person[])[] = [];
  let people: readonly Somewhere[] = [];
  return () => {
    const now = replicas.map(({ presence }) => presence.others());
    if (now.length === seen.length && now.every((others, index) => others === seen[index])) return people;
    seen = now;
    const bySession = new Map<string, Somewhere>();
    for (const replica of replicas)
      for (const person of replica.presence.others())
        if (person.cell !== null || !bySession.has(person.session))
          bySession.set(person.session, { person, replica });
    people = [...bySession.values()];
    return people;
  };
}
