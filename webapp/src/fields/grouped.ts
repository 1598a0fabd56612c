const GROUP =
  new Intl.NumberFormat().formatToParts(1_234_567).find(({ type }) => type === "group")?.value ?? "";

/** What stands on keyboards for a separator that does not. */
const likeness = (group: string): string => {
  if (group.trim() === "") return group === "" ? "" : "\\s";
  return group === "’" ? "['’]" : `\\${group}`;
};

/**
 * A number as people write it, without the separators of their locale between thousands: the page writes "28,298"
 * itself. Only where it reads in one way: whole groups of three, and nothing that is a number as it stands ("1.234",
 * where the separator is a point). Any other text is given back as it is.
 */
export function ungrouped(written: string, group: string = GROUP): string {
  const separator = likeness(group);
  if (separator === "") return written;
  const groups = group === "." ? `(${separator}\\d{3}){2,}` : `(${separator}\\d{3})+(\\.\\d+)?`;
  if (!new RegExp(`^[-+−]?[1-9]\\d{0,2}${groups}$`).test(written)) return written;
  return written.replace(new RegExp(separator, "g"), "");
}
