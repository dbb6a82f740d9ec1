/** `bun run build [target…]`: bundles the entries, the admin, the client and the command line into dist/<target>/; without a name all. */
import { Failure } from "./bootstrap/progress.mjs";
import { adminBuild, adminSizes } from "./build/admin.ts";
import { buildTarget } from "./build/build-target.ts";
import { buildCli } from "./build/cli.ts";
import { buildClient } from "./build/client.ts";
import { ROOT } from "./build/root.ts";
import { kib, recordSizes, type Sizes } from "./build/sizes.ts";
import { TARGETS } from "./build/targets.ts";
import { writeVercelOutput } from "./build/vercel-output.ts";

/** What browsers load at /admin. */
const ADMIN = "admin";
/** Not hosts' bundles, but packages: for front ends, and for terminals. */
const CLIENT = "client";
const CLI = "cli";

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const known = [ADMIN, CLIENT, CLI, ...TARGETS.map((target) => target.name)];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No such target: ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  process.exit(1);
}

const began = performance.now();
const chosen = TARGETS.filter((target) => names.length === 0 || names.includes(target.name));
const sizes: Sizes = {};
try {
  if (names.length === 0 || names.includes(ADMIN)) {
    const { firstLoad, all } = adminSizes(await adminBuild());
    console.log(`${ADMIN.padEnd(12)} ${kib(firstLoad).padStart(11)} gzip at first, ${kib(all)} in all`);
  }
  if (names.length === 0 || names.includes(CLIENT)) {
    for (const [module, gzip] of Object.entries(await buildClient()))
      console.log(`${CLIENT.padEnd(12)} ${kib(gzip).padStart(11)} gzip, ${module}.js`);
  }
  if (names.length === 0 || names.includes(CLI)) {
    const bytes = await buildCli();
    console.log(`${CLI.padEnd(12)} ${kib(bytes).padStart(11)}, and the server beside it`);
  }
  await Promise.all(
    chosen.map(async (target) => {
      sizes[target.name] = await buildTarget(target);
    }),
  );
  if (process.argv.includes("--vercel-output")) await writeVercelOutput(names[0] ?? "");
} catch (error) {
  // esbuild has reported its errors and their positions.
  if (error instanceof Failure) console.error(error.message);
  process.exit(1);
}
for (const { name } of chosen) {
  const size = sizes[name]!;
  console.log(`${name.padEnd(12)} ${kib(size.eagerGzip).padStart(11)} gzip at start, ${kib(size.totalGzip)} in all`);
}
recordSizes(`${ROOT}/dist/sizes.json`, sizes);
console.log(`built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
