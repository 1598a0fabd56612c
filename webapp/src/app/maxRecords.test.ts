// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { readMaxRecords } from "./maxRecords.ts";

test.each([
  ['<meta name="tandem-max-records" content="1234" />', 1234],
  ['<meta name="tandem-max-records" content="__MAX_RECORDS__" />', undefined], // `vite dev`
  ['<meta name="tandem-max-records" content="" />', undefined],
  ["", undefined],
])("%s", (head, max) => {
  document.head.innerHTML = head;
  expect(readMaxRecords()).toBe(max);
});
