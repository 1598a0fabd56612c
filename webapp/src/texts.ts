/**
 * Everything the page says, in one place, by part of the page. A sentence with a number or a name is a function.
 *
 * The server's own sentences (a refusal's reason) come over the wire and are shown as they are; the Data Grid's and
 * Material UI's own texts follow the browser's language.
 */

const number = new Intl.NumberFormat();

/** "1 record", "28,298 records". */
const counted = (count: number, one: string, many: string): string =>
  `${number.format(count)} ${count === 1 ? one : many}`;

export const texts = {
  app: {},

  connection: {},

  fields: {},

  query: {},

  grid: {
    records: (count: number) => counted(count, "record", "records"),
  },

  editors: {},

  record: {},
};
