/** What `navigator.locks` is on plain HTTP other than localhost: not there. */
export function webLocks(): LockManager | undefined {
  return (navigator as { readonly locks?: LockManager }).locks;
}
