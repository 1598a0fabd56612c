import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { FieldDescription } from "../../protocol.ts";
import { newCondition } from "../../query/filter.ts";
import { isGroup, NO_FILTER, type Filter, type Group } from "../../query/query.ts";
import { texts } from "../../texts.ts";
import { placeOf, sameFilter } from "./conditions.ts";
import { appendAt, filterAt, joinAt, removeAt, replaceAt, type Path } from "./filterEdits.ts";
import { FilterGroup, type FilterActions } from "./FilterGroup.tsx";
import { Panel, PanelAction } from "./Panel.tsx";
import { useAhead } from "./useAhead.ts";
import { useFocus } from "./useFocus.ts";

interface FilterPanelProps {
  readonly fields: readonly FieldDescription[];
  readonly filter: Group;
  readonly onFilter: (filter: Group) => void;
  /** the condition whose value is asked for at first */
  readonly asked: Path | null;
  readonly anchor: HTMLElement;
  readonly narrow: boolean;
  readonly onClose: () => void;
}

const ADD = "[data-part=add]";
const at = (path: Path, part: string): string => `[data-place="${placeOf(path)}"] ${part}`;
const removing = (path: Path): string => at(path, "[data-part=remove]");

/** What removes the member that has moved up, the one before it, or its group, which may be gone too. */
function nearby(path: Path): readonly string[] {
  const [place, ...above] = path.toReversed();
  if (place === undefined) return [ADD];
  const parent = above.toReversed();
  return [removing(path), removing([...parent, place - 1]), ...nearby(parent)];
}

/** The value; the operator where there is none. A select's own input is not for people. */
const saying = (path: Path): readonly string[] => [
  at(path, "[data-part=value] :is([role=combobox], input:not([aria-hidden]))"),
  at(path, "[data-part=operator]"),
];

/** What a pane asks of the records it shows. It applies as it is written; what is not said whole does not count yet. */
export function FilterPanel({ fields, filter, onFilter, asked, ...panel }: FilterPanelProps) {
  const { value: group, soon, now } = useAhead(filter, onFilter, sameFilter);
  const { root, focus } = useFocus(asked !== null ? saying(asked) : group.of.length === 0 ? [ADD] : []);
  const append = (path: Path, added: Filter, inside: Path) => {
    const parent = filterAt(group, path);
    if (parent === undefined || !isGroup(parent)) return;
    now(appendAt(group, path, added));
    focus(...saying([...path, parent.of.length, ...inside]));
  };
  const actions: FilterActions = {
    add: (path, field) => append(path, newCondition(field), []),
    addGroup: (path, field) => append(path, { join: "or", of: [newCondition(field)] }, [0]),
    join: (path, join) => now(joinAt(group, path, join)),
    change: (path, condition, when) => {
      const next = replaceAt(group, path, condition);
      if (when === "now") now(next);
      else soon(next);
    },
    remove: (path) => {
      now(removeAt(group, path));
      focus(...nearby(path));
    },
  };
  const clear = () => {
    now(NO_FILTER);
    focus(ADD);
  };
  return (
    <Panel
      {...panel}
      title={texts.panels.filter}
      width={640}
      actions={
        <PanelAction disabled={group.of.length === 0} onClick={clear}>
          {texts.panels.clear}
        </PanelAction>
      }
    >
      <Box ref={root}>
        {group.of.length === 0 && (
          <Typography variant="body2" color="textSecondary" sx={{ mb: 0.5 }}>
            {texts.panels.noConditions}
          </Typography>
        )}
        <FilterGroup fields={fields} group={group} path={[]} actions={actions} />
      </Box>
    </Panel>
  );
}
