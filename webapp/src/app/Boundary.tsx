import { Component, type ReactNode } from "react";
import { Defect } from "./Defect.tsx";

interface BoundaryProps {
  /** what it holds: with a pane the rest of the page goes on */
  readonly part: "page" | "pane";
  /** of a pane: shows another grid in it */
  readonly onChoose?: () => void;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error: Error | null;
}

/** A defect, in words instead of a blank page. Edits are safe: they live outside React. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { part, onChoose, children } = this.props;
    const { error } = this.state;
    if (error === null) return children;
    return (
      <Defect part={part} error={error} onChoose={onChoose} onAgain={() => this.setState({ error: null })} />
    );
  }
}
