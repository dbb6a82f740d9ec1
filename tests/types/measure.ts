// What the types of Plinth's client and those of supabase-js cost two compilers: the same collections and queries.
// Run it with `npm run bun -- tests/types/measure.ts`; it installs the other compiler and client into .cache.
import { existsSync } from "node:fs";
import path from "node:path";
import { type Compiled, compile, OWN_COMPILER, PLINTH_PATHS, ROOT } from "./compile.ts";
import { plinthProgram } from "./plinth-program.ts";
import { supabaseProgram } from "./supabase-program.ts";

const TYPESCRIPT = "5.9.3";
const SUPABASE = "2.119.1";
const FOLDER = path.join(ROOT, ".cache", "types-peers");
const SUPABASE_PATHS = { "@supabase/supabase-js": [path.join(FOLDER, "node_modules/@supabase/supabase-js")] };

function install(): void {
  if (existsSync(path.join(FOLDER, "node_modules/@supabase/supabase-js"))) return;
  const packages = [`typescript@${TYPESCRIPT}`, `@supabase/supabase-js@${SUPABASE}`];
  const { success } = Bun.spawnSync(["npm", "install", "--no-audit", "--no-fund", "--prefix", FOLDER, ...packages]);
  if (!success) throw new Error(`${packages.join(" and ")} cannot be installed`);
}

install();
const compilers = {
  "TypeScript 7.0.2": OWN_COMPILER,
  [`TypeScript ${TYPESCRIPT}`]: ["node", path.join(FOLDER, "node_modules/typescript/bin/tsc")],
};
const programs: Record<string, (compiler: readonly string[]) => Promise<Compiled>> = {
  Plinth: (compiler) => compile("plinth", plinthProgram(), compiler, PLINTH_PATHS),
  [`supabase-js ${SUPABASE}`]: (compiler) => compile("supabase", supabaseProgram(), compiler, SUPABASE_PATHS),
};
/** Parts of names, such as `plinth` or `5.9`; none: everything. */
const only = process.argv.slice(2);

console.log("| Client | Compiler | Seconds | CPU seconds | MB | Instantiations | Types | Errors |");
console.log("|---|---|---|---|---|---|---|---|");
for (const [client, program] of Object.entries(programs)) {
  for (const [compiler, command] of Object.entries(compilers)) {
    if (only.length > 0 && !only.some((name) => `${client} ${compiler}`.toLowerCase().includes(name))) continue;
    const { seconds, cpu, memory, instantiations, types, errors } = await program(command);
    const cells = [client, compiler, seconds.toFixed(1), cpu.toFixed(1), Math.round(memory / 1024)];
    const counts = [instantiations, types].map((count) => count.toLocaleString("en"));
    console.log(`| ${[...cells, ...counts, errors.match(/error TS/g)?.length ?? 0].join(" | ")} |`);
  }
}
