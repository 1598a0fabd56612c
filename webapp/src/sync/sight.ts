import { isVisible, onDocument } from "./surroundings.ts";

/** Whether the page can be seen at all: not behind another tab, nor in a window that is put away. */
export interface Sight {
  readonly visible: boolean;
  onChange(fn: () => void): () => void;
}

export const documentSight: Sight = {
  get visible() {
    return isVisible();
  },
  onChange: (fn) => onDocument("visibilitychange", fn),
};
