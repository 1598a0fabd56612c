import { orBroken, request, type Server } from "./http.ts";

/** `safe.csv` is for spreadsheets: no text in it passes for a formula. */
export type ExportFormat = "csv" | "safe.csv" | "json";

/** The grid's records as a file that the server makes. Rejects with `Refused`, whose error says why. */
export async function fetchExport(server: Server, grid: string, format: ExportFormat): Promise<Blob> {
  const answer = await request(server, `/api/grids/${encodeURIComponent(grid)}/export.${format}`);
  return orBroken(answer.blob());
}
