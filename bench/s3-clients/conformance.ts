/**
 * `bun bench/s3-clients/conformance.ts VERSITYGW [--only PATTERN] [--details] [--excluded]`: the conformance cases of versitygw (1.8.0) against a server of its own, and the
 * table of docs/s3.md. Each case begins without buckets. `--only`: the cases whose name has this pattern; `--details`: also what each failure said; `--excluded`: those
 * that are not offered, so that their reasons can be looked at: none of them should pass.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { startHost } from "../../tests/matrix/host-process.ts";
import { openLab, SECRET } from "../../tests/matrix/lab.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { GROUPS, KNOWN_FAILURES, whyNotOffered } from "./groups.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "" },
    details: { type: "boolean", default: false },
    excluded: { type: "boolean", default: false },
  },
});
const program = positionals[0] ?? "versitygw";
const { AWS_CA_BUNDLE: _, ...env } = process.env;
const only = new RegExp(values.only);
const run = (...more: string[]) =>
  spawnSync(program, ["test", ...more], { encoding: "utf8", timeout: 180_000, cwd: lab.folder(), env });

const lab = await openLab({ postgres: false });
const host = await startHost({
  command: [process.execPath, `${import.meta.dirname}/../../apps/server/src/entries/bun.ts`],
  cwd: lab.folder(),
  env: { DATA_DIR: lab.folder(), PLINTH_SECRET: SECRET, PORT: String(await freePort()) },
});

async function ask<T>(method: string, path: string, headers: Record<string, string>, body?: object): Promise<T> {
  const answer = await fetch(host.baseUrl + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const person = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };
const setup = { "x-plinth-setup-token": await host.setupToken() };
const { token } = await ask<{ token: string }>("POST", "/api/operator/auth/sign-up/email", setup, person);
const admin = { authorization: `Bearer ${token}` };
const made = await ask<{ data: { access_key_id: string; secret_access_key: string } }>("POST", "/api/s3-keys", admin, {
  name: "conformance",
});
const keys = made.data;

/** A case that was ended may have requests that are still under way. */
async function removeBuckets(tries = 5): Promise<void> {
  try {
    await removeAll();
  } catch (error) {
    if (tries === 0) throw error;
    await Bun.sleep(1000);
    await removeBuckets(tries - 1);
  }
}

async function removeAll(): Promise<void> {
  const { data } = await ask<{ data: { name: string }[] }>("GET", "/api/buckets?limit=100", admin);
  for (const { name } of data) {
    const filter = encodeURIComponent(JSON.stringify({ bucket: { _eq: name } }));
    await ask("DELETE", `/api/items/files?limit=10000&filter=${filter}`, admin);
    await ask("DELETE", `/api/buckets/${name}`, admin);
  }
}

const names = [...run("--help").stdout.matchAll(/^ {3}([A-Z]\w+)/gm)].map(([, name]) => name!);
const rows: string[] = [];
const unexplained: string[] = [];
const sum = { cases: 0, passed: 0, failed: 0 };
for (const { group, cases, options = [] } of GROUPS) {
  const own = names.filter((name) => cases.test(name) && only.test(name));
  const offered = own.filter((name) => (whyNotOffered(name) !== undefined) === values.excluded);
  const failed: string[] = [];
  for (const name of offered) {
    const at = ["-a", keys.access_key_id, "-s", keys.secret_access_key, "-e", `${host.baseUrl}/s3`, name, ...options];
    const { stdout, stderr } = run(...at);
    const said = Bun.stripANSI(stdout + stderr);
    if (/^\s*PASS\s/m.test(said) && !/^\s*FAIL\s/m.test(said)) continue;
    failed.push(name);
    if (KNOWN_FAILURES[name] === undefined) unexplained.push(name);
    if (values.details) console.error(said.split("\n").filter((line) => /FAIL|fail|error/i.test(line))[0] ?? said);
    await removeBuckets();
  }
  sum.cases += own.length;
  sum.failed += failed.length;
  sum.passed += offered.length - failed.length;
  rows.push(
    `| ${[group, own.length, offered.length - failed.length, failed.length, own.length - offered.length].join(" | ")} |`,
  );
  if (failed.length > 0) console.log(`${group}: ${failed.join(", ")}`);
}
console.log(["| Group | Cases | Passed | Failed | Not offered |", "|---|---|---|---|---|", ...rows].join("\n"));
console.log(`| all | ${sum.cases} | ${sum.passed} | ${sum.failed} | ${sum.cases - sum.passed - sum.failed} |`);
const reasons = Map.groupBy(
  names.filter((name) => GROUPS.some(({ cases }) => cases.test(name)) && whyNotOffered(name) !== undefined),
  (name) => whyNotOffered(name)!,
);
console.log(["| Not offered | Cases |", "|---|---|"].join("\n"));
for (const [reason, cases] of reasons) console.log(`| ${reason} | ${cases.length} |`);
if (unexplained.length > 0) console.log(`not explained in groups.ts: ${unexplained.join(", ")}`);
await host.stop();
await lab.close();
process.exit(unexplained.length > 0 ? 1 : 0);
