/** Whether the page can be seen at all: not behind another tab, nor in a window that is put away. */
export interface Sight {
  readonly visible: boolean;
  onChange(fn: () => void): () => void;
}

export const documentSight: Sight = {
  get visible() {
    return document.visibilityState === "visible";
  },
  onChange(fn) {
    document.addEventListener("visibilitychange", fn);
    return () => document.removeEventListener("visibilitychange", fn);
  },
};
