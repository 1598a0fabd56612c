// Completes webapp/package-lock.json: npm leaves out a package's binary for another platform when the
// registry it asked does not carry it, and `npm ci` then refuses the lock file everywhere. An entry
// with the version that the parent asks for and the platform from its name is all that is needed; it
// is fetched on that platform only.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../webapp/package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const PLATFORM =
  /(?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>arm|arm64|ia32|ppc64|riscv64|s390x|x64)(-(?<abi>\w+))?$/;

for (const parent of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const platform = PLATFORM.exec(name)?.groups;
    if (lock.packages[key] !== undefined || platform === undefined) continue;
    const entry = { version, cpu: [platform.cpu] };
    if (parent.dev) entry.dev = true;
    if (platform.abi?.startsWith("musl")) entry.libc = ["musl"];
    else if (platform.abi?.startsWith("gnu") && platform.os === "linux") entry.libc = ["glibc"];
    lock.packages[key] = { ...entry, optional: true, os: [platform.os] };
    console.log(`added ${name} ${version}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
