import { lineIcon } from "../icons.tsx";

/** Small pictures of what a field holds. */
export const FIELD_ICONS = {
  words: lineIcon("M5 6h14M12 6v13", "Text"),
  lines: lineIcon("M4 6h16M4 11h16M4 16h10", "LongText"),
  digits: lineIcon("M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h15.5M4 15h15.5", "Number"),
  tick: lineIcon("M5 5h14v14H5zM8.5 12.2l2.5 2.5 4.7-5", "Boolean"),
  calendar: lineIcon("M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5V7M15.5 3.5V7", "Date"),
  clock: lineIcon("M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0M12 7.5V12l3 2", "DateTime"),
  choice: lineIcon("M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0M8.8 10.6l3.2 3.2 3.2-3.2", "Choice"),
  choices: lineIcon("M10 6h10M10 12h10M10 18h10M4 6l1 1 2-2M4 12l1 1 2-2M4 18l1 1 2-2", "Choices"),
  letter: lineIcon("M3.5 6h17v12.5h-17zM4 7l8 6 8-6", "Email"),
  link: lineIcon(
    "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.3 1.3M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
    "Url",
  ),
  list: lineIcon("M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01", "List"),
  braces: lineIcon(
    "M9 4c-3 0-3 2-3 4s0 4-2.5 4C6 12 6 14 6 16s0 4 3 4M15 4c3 0 3 2 3 4s0 4 2.5 4C18 12 18 14 18 16s0 4-3 4",
    "Object",
  ),
};
