import type { Client } from "../sync/client.ts";
import type { ExportFormat } from "../sync/exporting.ts";

/** By then the browser has long taken the file from its address, and the memory is free again. */
const TAKEN_MS = 60_000;

/** Puts all records of a grid, as the server has them, among the user's downloads. Rejects with `Refused`. */
export async function download(client: Client, grid: string, format: ExportFormat): Promise<void> {
  save(await client.exportGrid(grid, format), `${grid}.${format}`);
}

/** A file goes where downloads go when a link to it is clicked that says so. */
function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
}
