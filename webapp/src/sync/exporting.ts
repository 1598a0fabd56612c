import { orBroken, request } from "./http.ts";

export type ExportFormat = "csv" | "json";

/** The grid's records as a file that the server makes. Rejects with `Refused`, whose error says why. */
export async function fetchExport(grid: string, format: ExportFormat, token: string | null): Promise<Blob> {
  const answer = await request(`/api/grids/${encodeURIComponent(grid)}/export.${format}`, token);
  return orBroken(answer.blob());
}
