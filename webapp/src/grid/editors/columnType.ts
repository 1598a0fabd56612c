import type { GridRenderEditCellParams } from "@mui/x-data-grid";
import type { SvgIconProps } from "@mui/material/SvgIcon";
import type { ComponentType } from "react";
import type { FieldDescription, Json } from "../../protocol.ts";
import type { InputProps } from "./inputs.tsx";

export interface ShowProps {
  readonly value: Json;
  readonly text: string;
  readonly field: FieldDescription;
}

/** How one field type is shown and edited. */
export interface ColumnType {
  readonly Input: ComponentType<InputProps>;
  /** what the cell shows, where that is more than its text */
  readonly Show?: ComponentType<ShowProps>;
  /** beside the field's label */
  readonly Icon: ComponentType<SvgIconProps>;
  /** in pixels, while there are no records to measure */
  readonly width: number;
  /** what its editor needs, in pixels */
  readonly least?: number;
  readonly align?: "right";
  /** a key that opens its editor leaves what is there; in the others what is typed replaces it */
  readonly keeps?: boolean;
  /** where its editor stands: in the cell, over it with room to grow, or in a dialog made from the description */
  readonly editor: "cell" | "over" | "dialog";
  /** several lines: Enter saves and Shift+Enter starts a new one */
  readonly lines?: boolean;
}

export interface CellEditorProps {
  readonly params: GridRenderEditCellParams;
  readonly field: FieldDescription;
  readonly type: ColumnType;
}
