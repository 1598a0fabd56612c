import { useEffect, useEffectEvent, useState } from "react";

/** Long enough for the next key of a word, short enough to be felt as at once; in milliseconds. */
const PAUSE = 200;

interface Ahead<T> {
  /** what to show */
  readonly value: T;
  /** shown at once, applied after a pause in typing */
  readonly soon: (value: T) => void;
  /** shown and applied at once */
  readonly now: (value: T) => void;
}

interface State<T> {
  readonly value: T;
  readonly waiting: boolean;
  /** what stood outside when this last looked */
  readonly outside: T;
  /** what was last applied from here: when it comes back, what was typed since is kept */
  readonly applied: T;
}

/**
 * A value that is written faster than it should be applied. What comes from elsewhere (the browser's "back")
 * takes the place of what is being written; what waits is applied when its input goes away.
 */
export function useAhead<T>(
  outside: T,
  apply: (value: T) => void,
  same: (a: T, b: T) => boolean = Object.is,
): Ahead<T> {
  const [state, setState] = useState<State<T>>({ value: outside, waiting: false, outside, applied: outside });
  if (!same(outside, state.outside)) {
    setState(
      same(outside, state.applied)
        ? { ...state, outside }
        : { value: outside, waiting: false, outside, applied: outside },
    );
  }
  const now = (value: T) => {
    setState((state) => ({ ...state, value, waiting: false, applied: value }));
    apply(value);
  };
  const applyWaiting = useEffectEvent(now);
  const applyLeft = useEffectEvent(() => {
    if (state.waiting) apply(state.value);
  });
  useEffect(() => {
    if (!state.waiting) return undefined;
    const timer = setTimeout(() => applyWaiting(state.value), PAUSE);
    return () => clearTimeout(timer);
  }, [state.waiting, state.value]);
  useEffect(() => () => applyLeft(), []);
  return {
    value: state.value,
    soon: (value) => setState((state) => ({ ...state, value, waiting: true })),
    now,
  };
}
