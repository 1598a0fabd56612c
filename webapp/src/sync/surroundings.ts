/**
 * The browser around a client. In a program without one, such as Node, nothing is ever heard of it: it counts as seen,
 * and as having a network.
 */
type Hear = (event: Event) => void;

const heard = (target: EventTarget | undefined, name: string, fn: Hear): (() => void) => {
  target?.addEventListener(name, fn);
  return () => target?.removeEventListener(name, fn);
};

/** Calls `fn` with what the window tells under a name; returns what ends that. */
export const onWindow = (name: string, fn: Hear): (() => void) =>
  heard(typeof addEventListener === "undefined" ? undefined : globalThis, name, fn);

/** The same of the document. */
export const onDocument = (name: string, fn: Hear): (() => void) =>
  heard(typeof document === "undefined" ? undefined : document, name, fn);

/** Whether the page can be seen at all: not behind another tab, nor in a window that is put away. */
export const isVisible = (): boolean =>
  typeof document === "undefined" || document.visibilityState === "visible";

/** False where the browser is sure that there is no network. */
export const isOnline = (): boolean =>
  typeof navigator === "undefined" || (navigator as { readonly onLine?: boolean }).onLine !== false;

/** Of this page; undefined where there is none. */
export const ownOrigin = (): string | undefined =>
  typeof location === "undefined" ? undefined : location.origin;
