import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** The page that the README prints, as it prints it: the one block of TSX. */
export function readmePage(): string {
  const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");
  const [block, ...others] = readme.matchAll(/```tsx\n(.*?)```/gs);
  if (block?.[1] === undefined || others.length > 0)
    throw new Error("README.md should have one block of TSX");
  return block[1];
}

/** Where the README says that it belongs. */
const OPEN_TASKS = join(import.meta.dirname, "src", "OpenTasks.tsx");

export default defineConfig({
  plugins: [
    {
      name: "readme",
      resolveId: (id) => (id === "virtual:readme" ? OPEN_TASKS : null),
      load: (id) => (id === OPEN_TASKS ? readmePage() : null),
    },
  ],
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 60_000,
  },
});
