import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import type { Env } from "@plinth/core";
import { CliError } from "./errors.ts";

export const SETTINGS_FILE = ".env";

const HERE = dirname(fileURLToPath(import.meta.url));
/** The built package brings the server along. */
const PACKED = join(HERE, "server");
/** In a clone, the sources' own command starts it. */
const CLONE = join(HERE, "../../../scripts/bootstrap.mjs");
/** As the server asks for it. */
const OLDEST_NODE = 24;

/** As `npm start` sets them: Bun's heap would grow with the memory of the machine, and keep garbage. */
const BUN_HEAP: Env = {
  BUN_JSC_forceRAMSize: String(512 * 1024 * 1024),
  MIMALLOC_PURGE_DELAY: "20",
};

/**
 * Young objects take 4 MB, three times: by default V8 lets them take 48, and a large file that passes would fill them with garbage. The
 * threads share one heap of the C library, which otherwise has one for each and keeps what it frees.
 */
const NODE_HEAP: Env = { NODE_OPTIONS: "--max-semi-space-size=4", MALLOC_ARENA_MAX: "1" };

interface ServerProgram {
  readonly command: readonly string[];
  /** Variables that are not set otherwise. */
  readonly env: Env;
}

/** How the server is started on the runtime that runs this program. */
export function serverProgram(): ServerProgram {
  const { bun, node } = process.versions;
  if (!existsSync(PACKED)) {
    if (existsSync(CLONE)) return { command: [process.execPath, CLONE, "start"], env: {} };
    throw new CliError(
      "This copy of plinth has no server. Install the package again, or start a clone with npm start.",
    );
  }
  if (bun) return { command: [process.execPath, join(PACKED, "bun.js")], env: BUN_HEAP };
  if (Number.parseInt(node, 10) >= OLDEST_NODE)
    return { command: [process.execPath, join(PACKED, "server.mjs")], env: NODE_HEAP };
  throw new CliError(`The server needs Node ${OLDEST_NODE} or newer, or Bun (bunx); this is Node ${node}.`);
}

/** The settings of a server: those of the environment count before those of the file `.env` in this folder. */
export function serverSettings(env: Env): Env {
  return { ...settingsFile(), ...env };
}

/** The environment without what Bun has read from the file `.env` at the start of this program. */
export function environmentAlone(env: Env): Env {
  if (!process.versions.bun) return env;
  const file = settingsFile();
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => file[name] !== value));
}

function settingsFile(): Env {
  if (!existsSync(SETTINGS_FILE)) return {};
  try {
    return parseEnv(readFileSync(SETTINGS_FILE, "utf8")) as Env;
  } catch (error) {
    throw new CliError(`${SETTINGS_FILE} cannot be read: ${(error as Error).message}`);
  }
}
