#!/usr/bin/env node
// Runs one of the project's commands under the pinned Bun, after installing Bun and the dependencies if they are
// missing. Plain JavaScript with built-in modules only, for Node 20 and newer and for Bun: it runs before anything is
// installed.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { BUN_VERSION, findBun } from "./bootstrap/bun.mjs";
import { compiledServer } from "./bootstrap/compile.mjs";
import { installDependencies } from "./bootstrap/dependencies.mjs";
import { HEAP } from "./bootstrap/heap.mjs";
import { announce, Failure, say } from "./bootstrap/progress.mjs";
import { run } from "./bootstrap/run.mjs";
import { withTestLimit } from "./bootstrap/test-limit.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const LEAST_NODE = 20;
/** How long a server that could start waits for the admin: its packages may come slowly, or not at all. */
const ADMIN_PATIENCE_MS = 20_000;

/** `install`: what the command needs; running Plinth needs no development tools, and they are most of the bytes. */
const START = `npm start takes no options. Settings are environment variables, or lines of a file .env:

  PORT=3000 npm start                      another port than 8787
  HOST=0.0.0.0 npm start                   for other machines too
  DATABASE_URL=postgres://… npm start      Postgres instead of ./.data/plinth.db
  CORS_ORIGINS=http://localhost:5173 npm start

All of them are in docs/configuration.md.`;

const COMMANDS = {
  start: { args: [], install: "server", opens: true, compiled: true, usage: START },
  plinth: { args: ["packages/cli/src/main.ts"], install: "server" },
  dev: { args: ["scripts/dev.ts"], install: "all" },
  test: { args: ["scripts/test.ts"], install: "all" },
  check: { args: ["scripts/check.ts"], install: "all" },
  build: { args: ["scripts/build.ts"], install: "all" },
  matrix: { args: ["tests/matrix/matrix.ts"], install: "all" },
  bench: { args: ["bench/bench.ts"], install: "all" },
  fuzz: { args: ["tests/fuzz/fuzz.ts"], install: "all" },
  "admin:texts": { args: ["scripts/admin-texts.ts"], install: "all" },
  /** The pinned Wrangler: npx finds it in the workspace of the tests, where it has no command to run. */
  wrangler: { args: ["tests/node_modules/wrangler/bin/wrangler.js"], install: "all" },
  /** The pinned Bun itself: to run one of the repository's programs or test files, or to add a package. */
  bun: { args: [], install: ([first = ""]) => (first === "test" || /\.(ts|mjs|html)$/.test(first) ? "all" : "none") },
};

async function main([name = "start", ...rest]) {
  const node = Number.parseInt(process.versions.node, 10);
  if (!process.versions.bun && node < LEAST_NODE) {
    throw new Failure(`Plinth needs Node ${LEAST_NODE} or newer to start; this is Node ${process.versions.node}.`);
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Failure(`There is no command "${name}". There are: ${Object.keys(COMMANDS).join(", ")}.`);
  if (command.usage && rest.some((arg) => arg === "--help" || arg === "-h")) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }

  const bun = await findBun(ROOT, BUN_VERSION);
  const install = typeof command.install === "function" ? command.install(rest) : command.install;
  if (install !== "none") await installDependencies(ROOT, bun, install);
  const [program, ...first] = command.compiled
    ? await compiledServer(ROOT, bun, { patienceMs: ADMIN_PATIENCE_MS })
    : [bun];
  announce();
  const args = [...first, ...command.args.map((arg) => (/\.[jt]s$/.test(arg) ? path.join(ROOT, arg) : arg))];
  return run(program, [...args, ...(name === "bun" ? withTestLimit(rest) : rest)], {
    opens: command.opens === true,
    env: command.compiled ? HEAP : {},
  });
}

try {
  // The admin may still be being built, for a server that has ended.
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say(error.message);
  process.exitCode = 1;
}
