import { useEffect, useState, type ComponentType } from "react";
import { texts } from "../texts.ts";
import { AskDialog } from "./AskDialog.tsx";

const reload = { ...texts.app.partMissing, color: "primary", act: () => location.reload() } as const;

/** Of every part that is known so far; one that comes may bring others. */
const parts: (() => Promise<void>)[] = [];

/**
 * All parts, one after another, for a page that has what it shows: what somebody opens later is there at once then,
 * and without a network.
 */
export async function fetchParts(): Promise<void> {
  for (const fetch of parts) {
    await new Promise<void>(whenIdle);
    await fetch().catch(() => undefined); // whoever wants it is told
  }
}

const whenIdle = (then: () => void): void =>
  void (typeof requestIdleCallback === "undefined" ? setTimeout(then, 200) : requestIdleCallback(then));

interface LazyProps {
  /** false: it is not wanted yet */
  readonly open?: boolean;
  readonly onClose?: () => void;
}

/**
 * A part of the page whose script comes when it is first wanted, or before. Where that does not come, without a network
 * or from a server that has another release by now, the page says so and stands as it was. `Meanwhile` is in its place.
 */
export function lazily<P extends object & LazyProps>(
  load: () => Promise<ComponentType<P>>,
  Meanwhile: ComponentType<P> = () => null,
): ComponentType<P> & { readonly fetch: () => Promise<void> } {
  let Part: ComponentType<P> | null = null;
  let come = (): void => {};
  const there = new Promise<void>((resolve) => (come = resolve));
  const fetch = async () => {
    Part ??= await load();
    come();
  };
  parts.push(fetch);
  function Lazily(props: P) {
    const isWanted = props.open !== false;
    const [state, setState] = useState<"coming" | "there" | "missing" | "closed">("coming");
    useEffect(() => {
      let isHere = true;
      const settle = (next: "there" | "missing"): void => void (isHere && setState(next));
      void there.then(() => settle("there")); // also while it is closed: then it opens as it should
      if (isWanted) fetch().catch(() => settle("missing")); // asked for again when it is wanted again
      return () => {
        isHere = false;
      };
    }, [isWanted]);
    if (Part !== null) return <Part {...props} />;
    const close = () => {
      setState("closed");
      props.onClose?.(); // what is closed can be wanted again
    };
    return (
      <>
        <Meanwhile {...props} />
        {isWanted && state === "missing" && <AskDialog question={reload} onClose={close} />}
      </>
    );
  }
  return Object.assign(Lazily, { fetch });
}
