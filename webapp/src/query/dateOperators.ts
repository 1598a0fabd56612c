import { dayOf } from "../fields/moment.ts";
import type { Json } from "../protocol.ts";
import { dayIn, daysOf, readDay, readSpan, type DayRange } from "./days.ts";
import { EMPTINESS, endsOf, operator, type MakeTest, type Operator } from "./operator.ts";

type DayIn = (value: Json) => string | null;

/** A test of the day in a value, made from what is asked for; an empty field passes none. */
function byDay<Asked>(
  dayIn: DayIn,
  read: (...of: Parameters<MakeTest>) => Asked | null,
  passes: (day: string, asked: Asked) => boolean,
): MakeTest {
  return (...of) => {
    const asked = read(...of);
    if (asked === null) return null;
    return (value) => {
      const day = dayIn(value);
      return day !== null && passes(day, asked);
    };
  };
}

/** Whichever is the earlier comes first. */
function readRange(wanted: Json): DayRange | null {
  const [one, other] = (endsOf(wanted) ?? [null, null]).map(readDay) as [string | null, string | null];
  if (one === null || other === null) return null;
  return one <= other ? [one, other] : [other, one];
}

const inRange = (day: string, [from, to]: DayRange): boolean => day >= from && day <= to;

/** What may be asked of fields that have a day: what is asked for are days too, both ends included. */
function operatorsOn(dayIn: DayIn): readonly Operator[] {
  const day = (passes: (day: string, asked: string) => boolean): MakeTest => byDay(dayIn, readDay, passes);
  const range = byDay(dayIn, readRange, inRange);
  const span = byDay(
    dayIn,
    (wanted, _field, calendar) => {
      const asked = readSpan(wanted);
      return asked && daysOf(asked, calendar);
    },
    inRange,
  );
  return [
    operator("is", "is", "day", day((day, asked) => day === asked)), // prettier-ignore
    operator("before", "before", "day", day((day, asked) => day < asked)), // prettier-ignore
    operator("after", "after", "day", day((day, asked) => day > asked)), // prettier-ignore
    operator("on_or_before", "on_or_before", "day", day((day, asked) => day <= asked)), // prettier-ignore
    operator("on_or_after", "on_or_after", "day", day((day, asked) => day >= asked)), // prettier-ignore
    operator("between", "between", "days", range, [null, null]),
    operator("within", "within", "span", span, { span: "today" }),
    ...EMPTINESS,
  ];
}

export const DATE = operatorsOn(dayIn);

/** Date-times are judged by the day on which they fall here. */
export const MOMENT = operatorsOn((value) => (typeof value === "string" ? dayOf(value) : null));
