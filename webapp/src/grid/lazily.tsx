import { useEffect, useState, type ComponentType } from "react";
import { texts } from "../texts.ts";
import { AskDialog } from "./AskDialog.tsx";

const reload = { ...texts.app.partMissing, color: "primary", act: () => location.reload() } as const;

/**
 * A part of the page whose script comes when it is first wanted. Where that does not come, without a network or from
 * a server that has another release by now, the page says so and stands as it was.
 */
export function lazily<P extends object & { readonly onClose?: () => void }>(
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> {
  let Part: ComponentType<P> | null = null;
  return function Lazily(props: P) {
    const [state, setState] = useState<"coming" | "there" | "missing" | "closed">("coming");
    useEffect(() => {
      let isWanted = true;
      const settle = (next: "there" | "missing"): void => void (isWanted && setState(next));
      load().then(
        (loaded) => {
          Part = loaded;
          settle("there");
        },
        () => settle("missing"), // asked for again when it is wanted again
      );
      return () => {
        isWanted = false;
      };
    }, []);
    if (Part !== null) return <Part {...props} />;
    if (state !== "missing") return null;
    const close = () => {
      setState("closed");
      props.onClose?.(); // what is closed can be wanted again
    };
    return <AskDialog question={reload} onClose={close} />;
  };
}
