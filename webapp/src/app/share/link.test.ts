// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { readAddress } from "../../query/address.ts";
import { takeKey } from "../../sync/linkKey.ts";
import { linkTo } from "./link.ts";

const page = { origin: "https://tandem.example.org", pathname: "/grids/" };

afterEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

test("it shows the grid alone, and without a key it carries none", () => {
  expect(linkTo(page, "tasks", null)).toBe("https://tandem.example.org/grids/?left=tasks&panes=1");
});

test.each(["aB3-_x", "a+b&c=d#e f%", "Schlüssel✓"])("the key %j arrives, in the fragment alone", (key) => {
  const link = new URL(linkTo(page, "a/b&c", key));
  expect(link.search).not.toContain("key");
  expect(readAddress(link.search)).toMatchObject({ panes: 1, left: { grid: "a/b&c" } });
  history.replaceState(null, "", `/${link.search}${link.hash}`);
  expect(takeKey()).toBe(key);
});
