import type { ComponentType } from "react";
import type { Json } from "../protocol.ts";
import type { InputProps } from "./inputs.tsx";

/** How one field type is shown and edited. */
export interface ColumnType {
  readonly Input: ComponentType<InputProps>;
  /** what the cell shows, where that is more than its text */
  readonly Show?: ComponentType<{ readonly value: Json; readonly text: string }>;
  /** in pixels, while there are no records to measure */
  readonly width: number;
  /** what its editor needs, in pixels */
  readonly least?: number;
  readonly align?: "right";
  /** a key that opens its editor leaves what is there; in the others what is typed replaces it */
  readonly keeps?: boolean;
  /** its editor needs more room than the cell */
  readonly tall?: boolean;
  /** how it is written, where that is not plain */
  readonly hint?: string;
}
