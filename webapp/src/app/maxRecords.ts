/** How many records of a grid a browser opens, as the server says; undefined where nothing has filled it in. */
export function readMaxRecords(): number | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="tandem-max-records"]');
  const max = Number(meta?.content);
  return Number.isInteger(max) && max > 0 ? max : undefined;
}
