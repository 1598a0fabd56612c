import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import { Component, type ReactNode } from "react";

interface State {
  readonly error: Error | null;
}

/** A defect of the page, in words instead of a blank page. Edits are safe: they live outside React. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Alert severity="error" sx={{ m: 2 }}>
        <AlertTitle>This page has a defect and stopped showing the grids</AlertTitle>
        {error.message} Your edits are kept; opening the page again continues where it was.
      </Alert>
    );
  }
}
