// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import type { Client } from "../sync/client.ts";
import { download } from "./download.ts";

afterEach(() => void vi.restoreAllMocks());

test("the file goes to the downloads under the grid's name", async () => {
  const file = new Blob(["Name\r\n"]);
  const exportGrid = vi.fn<Client["exportGrid"]>(async () => file);
  const made = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:here");
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    expect([this.href, this.download]).toEqual(["blob:here", "airports.csv"]);
  });
  await download({ exportGrid } as unknown as Client, "airports", "csv");
  expect(exportGrid).toHaveBeenCalledExactlyOnceWith("airports", "csv");
  expect(made).toHaveBeenCalledExactlyOnceWith(file);
  expect(clicked).toHaveBeenCalledOnce();
});
