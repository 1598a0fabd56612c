import { useEffect, useState, useSyncExternalStore } from "react";
import { texts } from "../../texts.ts";
import { lazily } from "../lazily.tsx";
import { VoiceRegion } from "../news/voice.tsx";
import { Toast } from "../Toast.tsx";
import { useUndoDesk } from "./desk.ts";

const t = texts.undo;

const LeftAloneDialog = lazily(async () => (await import("./LeftAloneDialog.tsx")).LeftAloneDialog);

/** What undo and redo have left alone, until it is read; and what of them no pane can tell. */
export function LeftAloneNotice() {
  const { history, voice } = useUndoDesk();
  const { left, turned } = useSyncExternalStore(history.subscribe, history.snapshot);
  const [listing, setListing] = useState(false);
  const text = left.length === 0 ? "" : t.leftAlone(turned, left.length);
  useEffect(() => {
    if (text !== "") voice.say(text);
  }, [voice, text]);
  const dismiss = () => {
    setListing(false);
    history.dismiss();
  };
  return (
    <>
      <VoiceRegion voice={voice} />
      {text !== "" && !listing && (
        <Toast text={text} action={t.show} onAction={() => setListing(true)} onClose={dismiss} />
      )}
      {listing && <LeftAloneDialog text={text} left={left} onClose={dismiss} />}
    </>
  );
}
