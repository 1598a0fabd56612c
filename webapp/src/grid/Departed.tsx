import { useEffect, useState } from "react";
import { texts } from "../texts.ts";
import { usePane } from "./pane.ts";
import { Toast } from "./Toast.tsx";
import { isInSight, type Api } from "./useCursor.ts";

const t = texts.grid;

interface DepartedProps {
  readonly api: Api;
  readonly say: (text: string) => void;
  /** open beside the grid: nobody has left it */
  readonly record: string | null;
  /** Turns to the page where it stands, and goes there. */
  readonly onReveal: (id: string) => void;
}

interface Departure {
  readonly id: string;
  readonly hidden: boolean;
}

/** The grid has its rows in their new order only after it was rendered with them. */
const framesLater = () =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

/** Where a row is that went out of sight when its user left it: sort or filter have their way then. */
export function Departed({ api, say, record, onReveal }: DepartedProps) {
  const { replica, view, open } = usePane();
  const [departure, setDeparture] = useState<Departure | null>(null);
  useEffect(() => {
    const tell = async (id: string) => {
      await framesLater();
      if (id === record || replica.get(id)?.deleted !== false) return;
      const isOnPage = view.snapshot().rows.some((row) => row.id === id);
      if (isOnPage && isInSight(api.current?.getRowElement(id) ?? null)) return;
      const hidden = view.indexOf(id) < 0;
      setDeparture({ id, hidden });
      say(hidden ? t.nowHidden : t.nowElsewhere);
    };
    return view.onDeparture((id) => void tell(id));
  }, [api, replica, view, say, record]);
  if (departure === null) return null;
  const { id, hidden } = departure;
  const text = hidden ? t.nowHidden : t.nowElsewhere;
  const close = () => setDeparture(null);
  const follow = () => {
    close();
    if (hidden) open(id);
    else onReveal(id);
  };
  return (
    <Toast
      key={id}
      passing
      text={text}
      action={hidden ? t.openIt : t.goToIt}
      onAction={follow}
      onClose={close}
    />
  );
}
