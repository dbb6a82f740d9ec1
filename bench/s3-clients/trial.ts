/**
 * `bench/s3-clients/trial.sh [--mib 6144] [--files 1000] [--only NAME] [--folder FOLDER] [--anew]`: the clients of S3 as they are, each against a server of its own behind a
 * proxy that changes scheme, host, port and path. Each sends a tree of files and one large object in parts, fetches them again, and every byte is compared. The server is the
 * program that `npm start` runs; the table says how much memory it took at most.
 *
 * What is done is noted in FOLDER, so that the same command goes on after the last step that was done. At most three copies of the large file are there at once.
 */
import { spawnSync } from "node:child_process";
import { createCipheriv } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type HostProcess, startHost } from "../../tests/matrix/host-process.ts";
import { BUN_SERVER } from "../../tests/support/bun-server.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { forgetPeak, memoryOf } from "../process.ts";
import { CLIENTS, type Endpoint, environmentOf, STEPS, type Step, type TrialClient } from "./clients.ts";

const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "6144" },
    files: { type: "string", default: "1000" },
    only: { type: "string", default: "" },
    folder: { type: "string", default: join(import.meta.dirname, "../../.cache/s3-trial") },
    anew: { type: "boolean", default: false },
  },
});
const MIB = 1024 * 1024;
const [SIZE, FILES] = [Number(values.mib) * MIB, Number(values.files)];
const FOLDER = resolve(values.folder);
const at = (...names: string[]) => join(FOLDER, ...names);
const BUCKET = "trial";

/** What a step took. */
interface StepResult {
  readonly seconds: number;
  /** Of the server, in MB. */
  readonly peak: number;
  readonly requests: number;
  /** By their codes. */
  readonly errors: Readonly<Record<string, number>>;
}

interface ClientResult {
  version: string;
  keys?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  steps: Partial<Record<Step, StepResult>>;
}

interface Results {
  readonly size: number;
  readonly files: number;
  readonly clients: Record<string, ClientResult>;
}

if (values.anew) rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const results: Results = existsSync(at("results.json"))
  ? (JSON.parse(readFileSync(at("results.json"), "utf8")) as Results)
  : { size: SIZE, files: FILES, clients: {} };
if (results.size !== SIZE || results.files !== FILES)
  throw new Error(`${FOLDER} is of a trial with other sizes: say --anew, or name another --folder`);
const note = () => writeFileSync(at("results.json"), JSON.stringify(results, null, 2));

/** Bytes that no two places have alike, and that are the same each time. */
function writeNoise(path: string, size: number): void {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(8 * MIB);
  const file = openSync(path, "w");
  for (let left = size; left > 0; left -= zeros.length)
    writeSync(file, cipher.update(zeros.subarray(0, Math.min(left, zeros.length))));
  closeSync(file);
}

function makeSources(): void {
  const { bavail, bsize } = statfsSync(FOLDER);
  const there = existsSync(at("large.bin")) ? SIZE : 0;
  if (bavail * bsize + there < 4 * SIZE) throw new Error(`${FOLDER} has less room than four times the large file`);
  if (!existsSync(at("large.bin")) || statSync(at("large.bin")).size !== SIZE) writeNoise(at("large.bin"), SIZE);
  if (!existsSync(at("cert.pem")))
    must("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", at("key.pem"), "-out", at("cert.pem")],
    ]);
  if (existsSync(at("tree-made"))) return;
  rmSync(at("tree"), { recursive: true, force: true });
  for (let i = 1; i <= FILES; i++) {
    const folder = at("tree", `d${i % 25}`, `sub ${i % 7}`);
    mkdirSync(folder, { recursive: true });
    writeNoise(join(folder, `fïle-${i}+x.bin`), i * 97);
  }
  writeFileSync(at("tree-made"), "");
}

function must(program: string, args: readonly string[], env: Record<string, string> = {}): void {
  const { PATH, HOME } = process.env;
  const { status } = spawnSync(program, [...args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { PATH, HOME, ...env },
  });
  if (status !== 0) throw new Error(`${program} ${args.slice(0, 4).join(" ")} … ended with ${status}`);
}

async function answered<T>(url: string, headers: Record<string, string>, body: object): Promise<T> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Access keys for a server that nobody has set up yet. */
async function keysOf(host: HostProcess): Promise<NonNullable<ClientResult["keys"]>> {
  const setup = { "x-plinth-setup-token": await host.setupToken() };
  const person = { name: "Ada", email: "operator@example.com", password: "correct horse battery" };
  const { token } = await answered<{ token: string }>(`${host.baseUrl}/api/operator/auth/sign-up/email`, setup, person);
  const { data } = await answered<{ data: { access_key_id: string; secret_access_key: string } }>(
    `${host.baseUrl}/api/s3-keys`,
    { authorization: `Bearer ${token}` },
    { name: "trial" },
  );
  return { accessKeyId: data.access_key_id, secretAccessKey: data.secret_access_key };
}

async function startProxy(target: string) {
  const program = join(import.meta.dirname, "proxy.mjs");
  const child = Bun.spawn(["node", program, target, "0", at("key.pem"), at("cert.pem")], { stdout: "pipe" });
  const reader = child.stdout.getReader();
  const line = async () => new TextDecoder().decode((await reader.read()).value).trim();
  const port = await line();
  return {
    url: `https://localhost:${port}/store/s3`,
    end: () => child.kill("SIGKILL"),
    async stop() {
      child.kill("SIGTERM");
      return JSON.parse(await line()) as Pick<StepResult, "requests" | "errors">;
    },
  };
}

type Keys = NonNullable<ClientResult["keys"]>;

async function runStep(client: TrialClient, step: Step, host: HostProcess, keys: Keys): Promise<StepResult> {
  const proxy = await startProxy(host.baseUrl);
  const endpoint: Endpoint = { url: proxy.url, bucket: BUCKET, ...keys, certificate: at("cert.pem") };
  try {
    return { ...measured(client, { step, pid: host.pid, endpoint }), ...(await proxy.stop()) };
  } finally {
    proxy.end();
  }
}

/** Sends or fetches, and compares what has come. */
function measured(
  client: TrialClient,
  { step, pid, endpoint }: { readonly step: Step; readonly pid: number; readonly endpoint: Endpoint },
): Pick<StepResult, "seconds" | "peak"> {
  const back = at("back");
  rmSync(back, { recursive: true, force: true });
  const [what, way] = step.split("-");
  const source = what === "tree" ? at("tree") : at("large.bin");
  const path = way === "up" ? source : back;
  forgetPeak(pid);
  const began = performance.now();
  for (const [program, ...args] of client.commands(step, path, endpoint))
    must(program!, args, environmentOf(client, endpoint));
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const { peak } = memoryOf(pid);
  if (way === "down")
    must(...((what === "tree" ? ["diff", ["-r", source, back]] : ["cmp", [source, back]]) as [string, string[]]));
  rmSync(back, { recursive: true, force: true });
  return { seconds, peak };
}

async function runClient(client: TrialClient): Promise<void> {
  const result = results.clients[client.name] ?? { version: client.version(), steps: {} };
  results.clients[client.name] = result;
  const data = at("server");
  const owner = at("server-of");
  // The data of another client are of a trial that has ended.
  if (!existsSync(owner) || readFileSync(owner, "utf8") !== client.name) {
    rmSync(data, { recursive: true, force: true });
    Object.assign(result, { steps: {} });
    delete result.keys;
    writeFileSync(owner, client.name);
  }
  mkdirSync(data, { recursive: true });
  const host = await startHost({
    command: BUN_SERVER,
    cwd: FOLDER,
    env: { DATA_DIR: data, PORT: String(await freePort()) },
  });
  try {
    result.keys ??= await keysOf(host);
    note();
    for (const step of STEPS) {
      if (result.steps[step]) continue;
      const done = await runStep(client, step, host, result.keys);
      result.steps[step] = done;
      note();
      const load = loadavg().map((one) => one.toFixed(1));
      console.error(`${client.name} ${step}: ${JSON.stringify(done)}, load ${load.join(" ")}`);
    }
  } finally {
    await host.stop();
  }
  rmSync(data, { recursive: true, force: true });
}

const isDone = ({ steps }: ClientResult) => STEPS.every((step) => steps[step]);

function table(): string {
  const rows = Object.values(results.clients).map(({ version, steps }) => {
    const cells = STEPS.map((step) => {
      const one = steps[step];
      if (!one) return "–";
      const speed = step.startsWith("large") ? `, ${Math.round(SIZE / 1e6 / one.seconds)} MB/s` : "";
      return `${one.seconds} s${speed}; ${one.peak} MB`;
    });
    const all = Object.values(steps);
    const errors = Object.entries(
      Object.groupBy(
        all.flatMap(({ errors }) => Object.entries(errors)),
        ([code]) => code,
      ),
    );
    const said = errors.map(([code, some]) => `${some!.reduce((sum, [, n]) => sum + n, 0)} ${code}`);
    return `| ${[version, ...cells, all.reduce((sum, { requests }) => sum + requests, 0), said.join(", ") || "none"].join(" | ")} |`;
  });
  return [
    `| Client | ${FILES} files up | down | ${values.mib} MiB up | down | Requests | Refused |`,
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

makeSources();
for (const client of CLIENTS) {
  if (!client.name.includes(values.only)) continue;
  const before = results.clients[client.name];
  if (!(before && isDone(before))) await runClient(client);
}
console.log(table());
const refused = Object.values(results.clients).flatMap(({ steps }) => Object.values(steps));
const wrong = refused.some(({ errors }) => errors.SignatureDoesNotMatch);
if (wrong) console.error("A signature was refused.");
process.exit(wrong ? 1 : 0);
