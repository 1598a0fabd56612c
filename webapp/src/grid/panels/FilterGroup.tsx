import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import type { FieldDescription } from "../../protocol.ts";
import { isGroup, type Condition, type Group } from "../../query/query.ts";
import { texts } from "../../texts.ts";
import { ConditionRow } from "./ConditionRow.tsx";
import { placeOf } from "./conditions.ts";
import { FieldMenu } from "./FieldChoice.tsx";
import { DEEPEST, type Path } from "./filterEdits.ts";
import { AddIcon, CloseIcon, GroupIcon } from "../icons.tsx";
import { iconButtonStyle } from "./panelStyle.ts";

/** Each at a path of the filter as a whole. */
export interface FilterActions {
  readonly add: (path: Path, field: FieldDescription) => void;
  readonly addGroup: (path: Path, field: FieldDescription) => void;
  readonly join: (path: Path, join: Group["join"]) => void;
  readonly change: (path: Path, condition: Condition, when: "now" | "soon") => void;
  readonly remove: (path: Path) => void;
}

interface FilterGroupProps {
  readonly fields: readonly FieldDescription[];
  readonly group: Group;
  readonly path: Path;
  readonly actions: FilterActions;
}

/** The conditions of one group below each other, groups in it in boxes of their own. */
export function FilterGroup({ fields, group, path, actions }: FilterGroupProps) {
  return (
    <Box sx={list}>
      {group.of.map((filter, index) => {
        const inside = [...path, index];
        return (
          // What is shown comes from the filter alone: a member that moves up is shown where it then stands.
          <Box key={index} sx={member}>
            <Joint
              group={group}
              index={index}
              top={path.length === 0}
              onJoin={(join) => actions.join(path, join)}
            />
            {isGroup(filter) ? (
              <InnerGroup fields={fields} group={filter} path={inside} actions={actions} />
            ) : (
              <ConditionRow
                fields={fields}
                condition={filter}
                place={placeOf(inside)}
                onCondition={(condition, when) => actions.change(inside, condition, when)}
                onRemove={() => actions.remove(inside)}
              />
            )}
          </Box>
        );
      })}
      <Box>
        <FieldMenu
          label={texts.panels.addCondition}
          icon={<AddIcon />}
          fields={fields}
          onField={(field) => actions.add(path, field)}
        />
        {path.length < DEEPEST - 1 && (
          <FieldMenu
            label={texts.panels.addGroup}
            icon={<GroupIcon />}
            fields={fields}
            onField={(field) => actions.addGroup(path, field)}
          />
        )}
      </Box>
    </Box>
  );
}

function InnerGroup({ fields, group, path, actions }: FilterGroupProps) {
  const place = placeOf(path);
  return (
    <Box role="group" aria-label={texts.panels.group(place)} data-place={place} sx={box}>
      <Box sx={head}>
        {texts.panels.joinMeanings[group.join]}
        <IconButton
          data-part="remove"
          aria-label={texts.panels.removeGroup(place)}
          onClick={() => actions.remove(path)}
          sx={iconButtonStyle}
        >
          <CloseIcon fontSize="inherit" />
        </IconButton>
      </Box>
      <FilterGroup fields={fields} group={group} path={path} actions={actions} />
    </Box>
  );
}

interface JointProps {
  readonly group: Group;
  readonly index: number;
  /** whether the group is the filter itself */
  readonly top: boolean;
  readonly onJoin: (join: Group["join"]) => void;
}

/** What stands before a member: the second one's says, and chooses, how all of its group are joined. */
function Joint({ group, index, top, onJoin }: JointProps) {
  if (index !== 1) {
    const word = index > 1 ? texts.panels.joins[group.join] : top ? texts.panels.where : "";
    return <Box sx={joint}>{word}</Box>;
  }
  return (
    <TextField
      select
      value={group.join}
      onChange={(event) => onJoin(event.target.value === "or" ? "or" : "and")}
      slotProps={{ select: { SelectDisplayProps: { "aria-label": texts.panels.join } } }}
      sx={joinSelect}
    >
      {(["and", "or"] as const).map((join) => (
        <MenuItem key={join} value={join} dense>
          {texts.panels.joins[join]}
        </MenuItem>
      ))}
    </TextField>
  );
}

const WIDE = "@container (min-width: 400px)";

/** Its width decides how its rows are laid out: that of a group in a group is less than the panel's. */
const list = { minWidth: 0, display: "grid", gap: 0.75, containerType: "inline-size" } as const;
const member = {
  display: "grid",
  gap: 0.75,
  alignItems: "start",
  [WIDE]: { gridTemplateColumns: "60px minmax(0, 1fr)" },
};
const joint = {
  pl: "9px",
  color: "text.secondary",
  "&:empty": { display: "none" },
  [WIDE]: { lineHeight: "32px", "&:empty": { display: "block" } },
};
const joinSelect = {
  width: 60,
  "& .MuiSelect-select": { pl: "8px !important", pr: "22px !important" },
  "& .MuiSelect-icon": { right: 2 },
};
const head = {
  display: "flex",
  alignItems: "center",
  justifyContent: "space-between",
  mb: 0.5,
  pl: 0.5,
  color: "text.secondary",
};
const box = {
  p: 0.75,
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  bgcolor: "color-mix(in srgb, var(--mui-palette-text-primary) 3%, transparent)",
};
