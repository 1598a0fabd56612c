// @vitest-environment happy-dom
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { OpenTasks } from "virtual:readme";
import { afterEach, expect, test, vi } from "vitest";
import type { FieldDescription } from "../protocol.ts";
import { Client } from "../sync/client.ts";
import type { Connection } from "../sync/connection.ts";
import { MemoryStorage } from "../sync/memory.ts";
import { applied, change, joined, range, ScriptedWire } from "../sync/testkit.ts";
import { readmePage } from "../../vitest.config.ts";
import { ClientContext } from "./client.ts";

const WEBAPP = join(import.meta.dirname, "..", "..");

const field = (name: string, more: Partial<FieldDescription>): FieldDescription => ({
  name,
  label: name,
  type: "text",
  required: false,
  read_only: false,
  default: null,
  ...more,
});

afterEach(() => {
  document.body.replaceChildren();
});

test("the page of one's own is as well typed as the rest", () => {
  const folder = mkdtempSync(join(WEBAPP, ".readme-"));
  try {
    writeFileSync(join(folder, "OpenTasks.tsx"), readmePage());
    const options = { extends: "../tsconfig.json", compilerOptions: { rootDirs: ["../src", "."] } };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...options, include: ["OpenTasks.tsx"] }));
    execFileSync(join(WEBAPP, "node_modules", ".bin", "tsc"), ["-p", folder], { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("it shows what is there, what comes, and sends what is done", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const wire = new ScriptedWire();
  const client = new Client({ connection: wire as unknown as Connection, storage: new MemoryStorage() });
  await wire.setLive(true);
  const root = createRoot(document.body);
  const text = (): string => document.body.textContent ?? "";
  const until = (fn: () => void): Promise<void> => act(() => vi.waitFor(fn));

  await act(async () => root.render(<ClientContext value={client}><OpenTasks /></ClientContext>)); // prettier-ignore
  const fields = [field("title", {}), field("status", { type: "choice", options: ["open", "done"] })];
  const answer = joined([
    ["a", 1, { title: "Paint the hangar", status: "open" }],
    ["b", 2, { title: "Sweep it", status: "done" }],
  ]);
  const grid = { id: "tasks", title: "Tasks", definition: 1, fields };
  await act(() => wire.take("join_grid").answer({ ...answer, grid }));
  await until(() => expect(text()).toBe("Paint the hangar Done"));
  expect(document.querySelector("ul")?.getAttribute("aria-label")).toBe("Tasks: 1 to do");

  const news = change(3, "b", { status: "open" });
  await act(() => wire.announce("changes", range(2, [news], { grid: "tasks" })));
  await until(() => expect(text()).toBe("Paint the hangar DoneSweep it Done"));

  await act(async () => document.querySelector("button")?.click());
  await until(() => expect(text()).toBe("Sweep it Done"));
  const { sent, mutations } = wire.mutations();
  expect(mutations).toMatchObject([
    { type: "update_record", id: "a", fields: { status: "done" }, was: { status: "open" } },
  ]);
  await act(() => sent.answer({ results: [applied(mutations[0], 4)] }));
  await act(async () => root.unmount());
});
