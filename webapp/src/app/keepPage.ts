/** What `navigator.serviceWorker` is on plain HTTP other than localhost: not there. */
function workers(): ServiceWorkerContainer | undefined {
  return (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;
}

/** Whether the page opens without a network from the next visit on. */
export function isPageKept(): boolean {
  return workers()?.controller != null;
}

/** Keeps the built client on this device, once the page has what it needs itself (worker/sw.ts). */
export function keepPage(): void {
  const container = workers();
  if (container === undefined || !import.meta.env.PROD) return;
  const register = (): void =>
    void container
      .register("/sw.js")
      .catch((thrown: unknown) => console.warn("This page will not open without a network:", thrown));
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
