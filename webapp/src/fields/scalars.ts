import { byCode, byDecimal, byNumber, byText } from "./compare.ts";
import type { FieldDescription, Json } from "../protocol.ts";
import { texts } from "../texts.ts";
import { isOption, notAnOption } from "./options.ts";
import { ungrouped } from "./grouped.ts";
import { isDay } from "./dateText.ts";
import { instantOf, showMoment } from "./moment.ts";
import { lengthProblem, plain, quote, Unreadable, type ValueType } from "./values.ts";

// What the wire cannot carry at all (NUL, integers beyond 2^53 …) the replica refuses; here are the field's own rules.

function bounds(value: Json, field: FieldDescription, type: Pick<ValueType, "key" | "compare" | "show">) {
  const key = type.key(value, field);
  const against = (bound: Json): number => {
    const limit = type.key(bound, field);
    return key === null || limit === null ? 0 : type.compare(key, limit);
  };
  const { label, min = null, max = null, min_exclusive: above, max_exclusive: below } = field;
  if (min !== null && (above ? against(min) <= 0 : against(min) < 0)) {
    return texts.fields[above ? "moreThan" : "atLeast"](label, type.show(min, field));
  }
  if (max !== null && (below ? against(max) >= 0 : against(max) > 0)) {
    return texts.fields[below ? "lessThan" : "atMost"](label, type.show(max, field));
  }
  return null;
}

/** Python's pattern in JavaScript, matched from the start; null where it cannot be said: the server judges. */
function compile(field: FieldDescription): RegExp | null {
  const flags = (field.pattern_flags ?? "").replace(/[^ims]/g, "");
  try {
    return new RegExp(`^(?:${field.pattern ?? ""})`, `${flags}u`);
  } catch {
    return null;
  }
}

function textProblem(value: Json, field: FieldDescription): string | null {
  if (typeof value !== "string") return texts.fields.notText(field.label);
  if (field.options !== undefined && !isOption(value, field)) return notAnOption(value, field);
  if (field.pattern !== undefined && compile(field)?.test(value) === false) {
    return texts.fields.notOfForm(field.label);
  }
  return lengthProblem([...value].length, field, texts.fields.characters);
}

const text: ValueType = {
  kind: "text",
  show: plain,
  draft: plain,
  parse: (draft) => draft,
  problem: textProblem,
  key: plain,
  compare: byText,
};

const trimmed = { ...text, parse: (draft: string) => draft.trim() || null };

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function parseNumber(draft: string, field: FieldDescription): Json {
  const written = draft.trim().replace("−", "-");
  const digits = ungrouped(written);
  if (written === "") return null;
  if (!NUMBER.test(digits)) {
    throw new Unreadable(texts.fields.notReadAsNumber(field.label, quote(written), written.includes(",")));
  }
  return Number(digits);
}

const number: ValueType = {
  kind: "number",
  show: (value) => (typeof value === "number" ? String(value) : plain(value)),
  draft: plain,
  parse: parseNumber,
  problem(value, field) {
    if (typeof value !== "number") return texts.fields.notNumber(field.label);
    return bounds(value, field, number);
  },
  key: (value) => (typeof value === "number" ? value : null),
  compare: byNumber,
};

const integer: ValueType = {
  ...number,
  problem(value, field) {
    if (typeof value === "number" && !Number.isInteger(value)) return texts.fields.notWhole(field.label);
    return number.problem(value, field);
  },
};

const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;

const decimal: ValueType = {
  ...text,
  kind: "number",
  parse(draft, field) {
    const [, sign, whole = "", fraction = ""] =
      /^([-+−]?)(\d*)(?:\.(\d+))?$/.exec(ungrouped(draft.trim())) ?? [];
    if (draft.trim() === "") return null;
    if (whole + fraction === "") throw new Unreadable(texts.fields.notReadAsDecimal(field.label));
    const digits = fraction.padEnd(field.precision ?? 0, "0");
    const minus = sign && sign !== "+" && /[1-9]/.test(whole + fraction) ? "-" : "";
    return `${minus}${whole.replace(/^0+(?=\d)/, "") || "0"}${digits && `.${digits}`}`;
  },
  problem(value, field) {
    if (typeof value !== "string" || !DECIMAL.test(value) || value.length > 40) {
      return texts.fields.notDecimal(field.label);
    }
    const places = (value.split(".")[1] ?? "").length;
    if (field.precision !== undefined && places > field.precision) {
      return texts.fields.tooPrecise(field.label, field.precision);
    }
    return bounds(value, field, decimal);
  },
  key: (value) => (DECIMAL.test(plain(value)) ? plain(value) : null),
  compare: byDecimal,
};

const DAY = /^\d{4}-\d\d-\d\d$/;

const date: ValueType = {
  ...trimmed,
  kind: "date",
  problem(value, field) {
    const real = typeof value === "string" && DAY.test(value) && isDay(value);
    return real ? bounds(value, field, date) : texts.fields.notDate(field.label);
  },
  key: (value) => (DAY.test(plain(value)) ? plain(value) : null),
  compare: byCode,
};

const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;

const datetime: ValueType = {
  ...trimmed,
  kind: "moment",
  parse: (draft) => draft.trim().replace(/(T\d\d:\d\d)(?=Z|[+-]|$)/, "$1:00") || null,
  show: (value, field) => showMoment(plain(value), field.read_only),
  problem(value, field) {
    const day = typeof value === "string" ? MOMENT.exec(value)?.[1] : undefined;
    const real = day !== undefined && isDay(day) && !Number.isNaN(Date.parse(plain(value)));
    return real ? bounds(value, field, datetime) : texts.fields.notMoment(field.label);
  },
  key: (value) => (typeof value === "string" ? instantOf(value) : null),
  compare: byNumber,
};

const email: ValueType = {
  ...trimmed,
  problem(value, field) {
    const like = typeof value !== "string" || /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value);
    return like ? textProblem(value, field) : texts.fields.notEmail(field.label);
  },
};

const url: ValueType = {
  ...trimmed,
  problem(value, field) {
    const like = typeof value !== "string" || (/^https?:\/\//i.test(value) && URL.canParse(value));
    return like ? textProblem(value, field) : texts.fields.notUrl(field.label);
  },
};

export const scalars = { text, integer, number, decimal, date, datetime, email, url };
