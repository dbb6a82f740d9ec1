import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import type { App, Config, DatabaseState, Diagnosis, Platform } from "@plinth/core";
import { ConfigError, configWarnings, type HostDefaults, listenUrl, parseConfig } from "../../config.ts";
import { redactUrl } from "../../database-url.ts";
import { missingDatabase } from "./database.ts";
import type { Runtime } from "./run.ts";
import { readSecret, SECRET_FILE } from "./secret-file.ts";

/** Stands for a secret that the first start makes. */
const NO_SECRET = "-".repeat(32);
const LEAST_FREE_BYTES = 500_000_000;
const PROBE_MS = 3000;
/** Bits of a file's mode by which others than its owner may use it. */
const OTHERS = 0o077;

type CreateApp = (platform: Platform) => App;

/** Prints what is wrong with the settings, files and database of a server as JSON. Starts nothing and changes nothing. */
export async function printCheck(runtime: Runtime, host: HostDefaults, createApp: CreateApp): Promise<void> {
  const found = await checkServer(runtime, host, createApp);
  // A connection to the database may hold the process; what is written to a pipe has to leave it first.
  process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
}

async function checkServer(runtime: Runtime, host: HostDefaults, createApp: CreateApp): Promise<Diagnosis[]> {
  const unfit = runtime.unfit?.();
  const found: Diagnosis[] = unfit
    ? [error("runtime", process.version, unfit, "Install a version of the runtime that the message names.")]
    : [];
  const warnings = configWarnings(process.env).map((message) => warning("settings", "environment", message, DOCS));
  try {
    const config = parseConfig(process.env, { ...host, ...(host.keptSecret && { keptSecret: storedSecret }) });
    const parts = [
      checkFolder(config),
      await checkPort(config),
      await checkDatabase(config, () => createApp(runtime.platform(config))),
    ];
    return [...found, ...warnings, ...parts.flat()];
  } catch (problem) {
    const problems = problem instanceof ConfigError ? problem.problems : [(problem as Error).message];
    return [...found, ...problems.map((message) => error("settings", "environment", message, DOCS)), ...warnings];
  }
}

const DOCS = "docs/configuration.md describes each setting.";

function error(check: string, subject: string, message: string, advice: string): Diagnosis {
  return { check, severity: "error", subject, message, advice };
}

function warning(check: string, subject: string, message: string, advice: string): Diagnosis {
  return { ...error(check, subject, message, advice), severity: "warning" };
}

/** Unlike a start, it makes none. */
function storedSecret(dataDir: string): string {
  return readSecret(join(dataDir, SECRET_FILE)) ?? NO_SECRET;
}

function checkFolder({ dataDir }: Config): Diagnosis[] {
  const found: Diagnosis[] = [];
  const folder = existing(resolve(dataDir));
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    const advice = "Let the user that runs the server own the folder, or set DATA_DIR to one that it may write to.";
    found.push(error("data-folder", folder, "This user may not write to the folder of the data.", advice));
  }
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    const free = Math.round((bavail * bsize) / 1_000_000);
    const message = `The disk has ${free} MB left. When it is full, writes are refused.`;
    found.push(warning("disk-space", folder, message, "Make room, or move the folder to a larger disk."));
  }
  const secret = join(dataDir, SECRET_FILE);
  if (existsSync(secret) && (statSync(secret).mode & OTHERS) !== 0) {
    const message = "Other users of this machine may read the secret. Whoever has it can sign in as anybody.";
    found.push(error("secret-file", secret, message, `chmod 600 ${secret}`));
  }
  return found;
}

/** The folder, or the nearest one above it that exists. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}

/** A port that another program has is a finding; one that Plinth has is not. */
async function checkPort({ host, port }: Config): Promise<Diagnosis[]> {
  const refusal = port === 0 ? undefined : await listenError(host, port);
  if (refusal === undefined) return [];
  const subject = listenUrl(host, port);
  if (refusal === "EADDRINUSE") {
    if (await isPlinth(subject)) return [];
    const message = `Another program listens on port ${port}.`;
    return [error("port", subject, message, "Set PORT to another port, or stop that program.")];
  }
  const advice = "Set PORT to a port above 1023 and HOST to an address of this machine.";
  return [error("port", subject, `The server cannot listen there (${refusal}).`, advice)];
}

function listenError(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((done) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => done(code ?? message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(undefined)));
  });
}

async function isPlinth(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(PROBE_MS) });
    return answer.ok && ((await answer.json()) as { ok?: unknown }).ok === true;
  } catch {
    return false;
  }
}

async function checkDatabase(config: Config, app: () => App): Promise<Diagnosis[]> {
  // To open it would make it.
  if (missingDatabase(config) !== undefined) return [];
  const subject = redactUrl(config.databaseUrl ?? "");
  try {
    return stateFindings(await app().inspect(), subject);
  } catch (problem) {
    const { message, cause } = problem as Error;
    const reason = cause instanceof Error ? `${message} ${cause.message}` : message;
    const advice = "Check DATABASE_URL, and that the database runs and lets this machine and user in.";
    return [error("database", subject, `The database cannot be used: ${redactUrl(reason)}`, advice)];
  }
}

function stateFindings({ pending, unknown, otherSecret }: DatabaseState, subject: string): Diagnosis[] {
  const found: Diagnosis[] = [];
  if (unknown.length > 0) {
    const message = `A newer Plinth has changed this database (${unknown.join(", ")}). This version does not start on it.`;
    found.push(
      error("migrations", subject, message, "Run the newer version, or restore a backup from before the update."),
    );
  }
  if (pending.length > 0) {
    const message = `The database is of an older Plinth: the next start changes its tables (${pending.join(", ")}).`;
    found.push(warning("migrations", subject, message, "Make a backup (docs/operate.md), then start this version."));
  }
  if (otherSecret) {
    const message =
      "The secret is another one than that of this database. Sessions end, and what was encrypted with the old one cannot be read.";
    const advice =
      "Set PLINTH_SECRET to the old secret, or restore the file in DATA_DIR. docs/identity.md says what is lost without.";
    found.push(error("secret", "PLINTH_SECRET", message, advice));
  }
  return found;
}
