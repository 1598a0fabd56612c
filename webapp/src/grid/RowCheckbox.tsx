import type { GridRowCheckboxProps } from "@mui/x-data-grid";

/** The browser's own, drawn by `gridStyle`: Material UI's would take longer, in every row, than all of its values. */
export function RowCheckbox(props: GridRowCheckboxProps) {
  const { checked, disabled, tabIndex, onChange, onClick, onMouseDown, onKeyDown, slotProps } = props;
  return (
    <input
      {...slotProps?.htmlInput}
      {...{ checked, disabled, tabIndex, onChange, onClick, onMouseDown, onKeyDown }}
      type="checkbox"
      className="tandem-check"
    />
  );
}
