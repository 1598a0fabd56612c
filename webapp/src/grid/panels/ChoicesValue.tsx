import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { asList, optionLabel } from "../../fields/values.ts";
import type { Json } from "../../protocol.ts";
import { texts } from "../../texts.ts";
import type { ValueProps } from "./ConditionValue.tsx";

const token = (value: Json): string => JSON.stringify(value);
const read = (token: string): Json => JSON.parse(token) as Json;

/** Some of the options, in their order. What a link brings that is none of them stands at the end. */
export function ChoicesValue({ field, value, onValue }: ValueProps) {
  const chosen = asList(value).map(token);
  const known = (field.options ?? []).map(token);
  const options = [...known, ...chosen.filter((each) => !known.includes(each))];
  return (
    <Autocomplete
      multiple
      disableCloseOnSelect
      disableClearable
      size="small"
      options={options}
      value={options.filter((each) => chosen.includes(each))}
      getOptionLabel={(option) => optionLabel(read(option), field)}
      onChange={(_event, next) => onValue(next.map(read), "now")}
      renderInput={(params) => (
        <TextField
          {...params}
          placeholder={chosen.length === 0 ? texts.panels.choices : ""}
          slotProps={{
            ...params.slotProps,
            htmlInput: { ...params.slotProps.htmlInput, "aria-label": texts.panels.choices },
          }}
        />
      )}
      slotProps={{ listbox: { sx: listStyle } }}
      sx={chips}
    />
  );
}

const listStyle = { fontSize: 13, "& .MuiAutocomplete-option": { minHeight: 32, px: 1.5 } };

/** One line of chips is as high as the other inputs. */
const chips = {
  "& .MuiOutlinedInput-root.MuiInputBase-sizeSmall": { pt: "3px", pb: "3px", pl: "3px" },
  "& .MuiOutlinedInput-root.MuiInputBase-sizeSmall .MuiAutocomplete-input": {
    height: 24,
    minWidth: 24,
    py: 0,
    px: 0.75,
  },
  "& .MuiAutocomplete-tag": { height: 22, m: "1px", fontSize: 12 },
};
