/**
 * `bun bench/attack.ts [--attempts 10000] [--connections 200] [--postgres]`: sign-in attempts on one account,
 * each from another address, and how long others take to sign in meanwhile, beside what they take before. Prints how many
 * attempts were answered as wrong (those reached the hash) and how many were refused before it, and whether the owner
 * still signs in.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { deriveKey } from "../packages/core/src/derive-key.ts";
import { SECRET } from "../tests/matrix/lab.ts";
import { freePort } from "../tests/support/free-port.ts";
import { startPostgres } from "../tests/support/postgres.ts";
import { startPlinth } from "./peers/plinth.ts";
import { mark } from "./probes.ts";

const { values: options } = parseArgs({
  options: {
    attempts: { type: "string", default: "10000" },
    connections: { type: "string", default: "200" },
    postgres: { type: "boolean", default: false },
  },
});
const attempts = Math.min(Number(options.attempts), 1_000_000);
// Bun sends 256 requests at a time, and others need room.
const connections = Math.min(Number(options.connections), 200);
const PASSWORD = "correct horse battery";
const OTHERS = 20;
/** How many sign-ins of others are measured before the attack. */
const BEFORE = 40;
const FIRST_MS = 1000;
/** Attempts without a wait, and the wait after the last of them, which each further attempt doubles (docs/identity.md). */
const FREE_ATTEMPTS = 5;
const FIRST_WAIT_MS = 30_000;
/** How much longer than usual others may take. */
const MOST_RATIO = 2;

const postgres = options.postgres ? await startPostgres({ durable: true }) : undefined;
if (options.postgres && !postgres) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), "plinth-attack-"));
const database: Record<string, string> = postgres
  ? { DATABASE_URL: await postgres.createDatabase("attack"), PLINTH_SECRET: SECRET }
  : { PLINTH_SECRET: SECRET };
// Each request says from where it comes, as a proxy would.
const env = { ...database, AUTH_RATE_LIMIT: "20", TRUST_PROXY: "1" };
const server = await startPlinth(join(folder, "data"), await freePort(), undefined, env);
try {
  await attack();
} finally {
  await server.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function attack(): Promise<void> {
  await signUp("operator@example.com", "203.0.113.1", await deriveKey(SECRET, "setup-token"));
  await signUp("owner@example.com", "203.0.113.2");
  for (let n = 0; n < OTHERS; n++) await signUp(`other-${n}@example.com`, otherAddress(n));
  let signedIn = 0;
  const timed = async (): Promise<number> => {
    const n = signedIn++;
    const began = performance.now();
    const status = await signIn(`other-${n % OTHERS}@example.com`, PASSWORD, otherAddress(n));
    if (status !== 200) throw new Error(`another user's sign-in was answered with ${status}`);
    return performance.now() - began;
  };
  const usual: number[] = [];
  for (let n = 0; n < BEFORE; n++) usual.push(await timed());

  const statuses = new Map<number, number>();
  let sent = 0;
  const began = performance.now();
  const attackers = Array.from({ length: connections }, async () => {
    while (sent < attempts) {
      const n = sent++;
      const status = await signIn("owner@example.com", `guess ${n}`, attackerAddress(n));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  });
  let attacked = true;
  const ended = Promise.all(attackers).then(() => {
    attacked = false;
    return performance.now() - began;
  });
  const during: { at: number; ms: number }[] = [];
  while (attacked) {
    const at = performance.now() - began;
    during.push({ at, ms: await timed() });
  }
  const took = await ended;
  const owner = await signIn("owner@example.com", PASSWORD, "203.0.113.2");

  const rate = Math.round(attempts / (took / 1000));
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
  console.log(
    `${postgres ? "Postgres" : "SQLite"}: ${attempts} attempts in ${Math.round(took)} ms (${rate}/s): ${counts}`,
  );
  console.log(mark("attempts that reached the hash", statuses.get(401) ?? 0, allowedIn(took), "attempts"));
  console.log(`the owner signs in from where the account is signed in: ${owner}`);
  compare(
    "all",
    during.map(({ ms }) => ms),
    usual,
  );
  compare(
    "first second",
    during.filter(({ at }) => at < FIRST_MS).map(({ ms }) => ms),
    usual,
  );
}

/** A slow attack outlasts some waits, and one further attempt is allowed after each. */
function allowedIn(ms: number): number {
  let allowed = FREE_ATTEMPTS;
  for (let wait = FIRST_WAIT_MS, until = wait; until <= ms; wait *= 2, until += wait) allowed++;
  return allowed;
}

/** Of sign-ins beside the attack, beside those before it. */
function compare(name: string, times: readonly number[], usual: readonly number[]): void {
  for (const [figure, part] of [
    ["median", 0.5],
    ["p95", 0.95],
  ] as const) {
    const [now, before] = [at(times, part), at(usual, part)];
    const line = `others, ${name}: ${figure} ${now.toFixed(0)} ms of ${times.length}, usually ${before.toFixed(0)} ms`;
    console.log(mark(line, Number((now / before).toFixed(2)), MOST_RATIO, `times: ${(now / before).toFixed(2)}`));
  }
}

function at(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function attackerAddress(n: number): string {
  return `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
}

function otherAddress(n: number): string {
  return `192.0.2.${n % 250}`;
}

async function signUp(email: string, from: string, setupToken?: string): Promise<void> {
  const person = { name: "Ada", email, password: PASSWORD, ...(setupToken && { setup_token: setupToken }) };
  const status = await post("/api/auth/sign-up/email", person, from);
  if (status !== 200) throw new Error(`sign-up was answered with ${status}`);
}

function signIn(email: string, password: string, from: string): Promise<number> {
  return post("/api/auth/sign-in/email", { email, password }, from);
}

async function post(path: string, body: object, from: string): Promise<number> {
  const headers = { "content-type": "application/json", "x-forwarded-for": from };
  const response = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  await response.text();
  return response.status;
}
