import type { Entry } from "./entry.ts";
import { SortedIds } from "./order.ts";
import { isShown, viewOf } from "./overlay.ts";
import type { Changes, RecordView } from "./types.ts";

/** What is laid over what. */
export interface Layers {
  confirmed(id: string): RecordView | undefined;
  /** its last known fields, where it was deleted while we held it */
  grave(id: string): RecordView | undefined;
  pending(id: string): readonly Entry[];
  /** of every record that may be shown */
  ids(): Iterable<string>;
}

/** The records as they are shown: which ones, in natural order, and a view of each. */
export class Shown {
  /** grows whenever `ids` gained or lost one or was replaced */
  structure = 0;
  private readonly order = new SortedIds();
  /** of records with pending or kept mutations; of all others the copy holds the view itself */
  private readonly views = new Map<string, RecordView>();

  constructor(private readonly layers: Layers) {}

  get ids(): readonly string[] {
    return this.order.ids;
  }

  /** Stable until `touch` or `reset`. */
  get(id: string): RecordView | undefined {
    const { layers, views } = this;
    const pending = layers.pending(id);
    const known = pending.length > 0 ? views.get(id) : undefined;
    if (known !== undefined) return known;
    const view = viewOf(id, layers.confirmed(id), layers.grave(id), pending);
    if (view !== undefined && pending.length > 0) views.set(id, view);
    return view;
  }

  /** Something of these records has changed. */
  touch(ids: ReadonlySet<string>): Changes {
    const touched = [...ids];
    const shown = touched.map((id) => this.isShown(id));
    const added = touched.filter((id, i) => shown[i] && !this.order.has(id));
    const removed = touched.filter((id, i) => !shown[i] && this.order.has(id));
    this.order.add(added);
    this.order.remove(removed);
    if (added.length + removed.length > 0) this.structure += 1;
    for (const id of touched) this.views.delete(id);
    return { kind: "records", touched, added, removed };
  }

  /** Everything may have changed. */
  reset(): Changes {
    const ids = new Set(this.layers.ids());
    this.order.replace([...ids].filter((id) => this.isShown(id)));
    this.structure += 1;
    this.views.clear();
    return { kind: "reset" };
  }

  private isShown(id: string): boolean {
    const { layers } = this;
    return isShown(layers.confirmed(id), layers.grave(id), layers.pending(id));
  }
}
