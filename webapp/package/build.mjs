// Makes dist/ from ../src: what core.ts and react.ts need of it, as ES modules with their declarations.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;
const DIST = join(HERE, "dist");
const TSC = join(HERE, "..", "node_modules", "typescript", "bin", "tsc");

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [TSC, "-p", join(HERE, "tsconfig.build.json")], { stdio: "inherit" });

// The compiler writes ".js" in the modules, and leaves ".ts" in what declares them.
for (const name of readdirSync(DIST, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".d.ts")) continue;
  const path = join(DIST, name);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replaceAll(/(from |import\()("\.[^"]*)\.tsx?"/g, '$1$2.js"'));
}

copyFileSync(join(HERE, "..", "..", "LICENSE"), join(HERE, "LICENSE"));
