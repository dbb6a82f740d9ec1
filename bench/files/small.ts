/** Small files: offered at a steady rate, and as fast as each program takes them. */
import { cpuSecondsOf, type Running } from "../process.ts";

export interface Store {
  readonly name: string;
  readonly server: Running;
  at(path: string): string;
  readonly headers: Record<string, string>;
}

export interface SmallFiles {
  readonly rounds: number;
  /** Of each run at a steady rate. */
  readonly seconds: number;
  /** Of each run at full speed. */
  readonly count: number;
}

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of the server's CPU time, for each request. */
  readonly cpuMicros: number;
}

const BYTES = 10_000;
/** Files a second. */
const OFFERED = 200;
/** Requests at once, at full speed. */
const AT_ONCE = 16;
const CLIENT_CORE = 1;

/** The programs take turns; the table has the medians of the rounds. */
export async function measureSmallFiles(
  stores: readonly Store[],
  { rounds, seconds, count }: SmallFiles,
): Promise<void> {
  // This program is the client.
  Bun.spawnSync(["taskset", "-acp", String(CLIENT_CORE), String(process.pid)]);
  const figures = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    for (const store of stores) {
      for (const [what, measured] of await oneRound(store, round, { seconds, count })) {
        const name = `${what}|${store.name}`;
        figures.set(name, [...(figures.get(name) ?? []), measured]);
      }
    }
  }
  printTable(stores, figures);
}

async function oneRound(
  store: Store,
  round: number,
  { seconds, count }: Pick<SmallFiles, "seconds" | "count">,
): Promise<[string, Measured][]> {
  const { pid } = store.server;
  const up = upload(store, `offered-${round}`);
  const down = download(store, `offered-${round}`);
  const fastUp = upload(store, `fast-${round}`);
  const fastDown = download(store, `fast-${round}`);
  const offered = OFFERED * seconds;
  return [
    [`${OFFERED} uploads a second`, await measure(pid, offered, (work) => atRate(offered, work), up)],
    [`${OFFERED} downloads a second`, await measure(pid, offered, (work) => atRate(offered, work), down)],
    ["uploads at full speed", await measure(pid, count, (work) => atFullSpeed(count, work), fastUp)],
    ["downloads at full speed", await measure(pid, count, (work) => atFullSpeed(count, work), fastDown)],
  ];
}

type Work = (n: number) => Promise<void>;

function upload({ at, headers }: Store, folder: string): Work {
  const body = "x".repeat(BYTES);
  const sent = { ...headers, "content-type": "text/plain" };
  return (n) => done(fetch(at(`small/${folder}/${n}.txt`), { method: "PUT", headers: sent, body }), undefined);
}

function download({ at, headers }: Store, folder: string): Work {
  return (n) => done(fetch(at(`small/${folder}/${n}.txt`), { headers }), BYTES);
}

async function done(sent: Promise<Response>, bytes: number | undefined): Promise<void> {
  const answer = await sent;
  const body = await answer.bytes();
  if (!answer.ok) throw new Error(`${answer.status} ${new TextDecoder().decode(body).slice(0, 300)}`);
  if (bytes !== undefined && body.byteLength !== bytes) throw new Error(`${body.byteLength} bytes came back`);
}

/** `run` says how long each request took, in ms. */
async function measure(
  pid: number,
  count: number,
  run: (work: Work) => Promise<number[]>,
  work: Work,
): Promise<Measured> {
  const before = cpuSecondsOf(pid);
  const began = performance.now();
  const times = (await run(work)).sort((a, b) => a - b);
  const seconds = (performance.now() - began) / 1000;
  const after = cpuSecondsOf(pid);
  const cpu = after.user + after.system - before.user - before.system;
  const at = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))]!;
  return { perSecond: count / seconds, p50: at(0.5), p99: at(0.99), cpuMicros: (cpu / count) * 1e6 };
}

/** Each begins at its time, whether or not those before it have ended; that it began late counts too. */
async function atRate(count: number, work: Work): Promise<number[]> {
  const began = performance.now();
  const running: Promise<number>[] = [];
  for (let n = 0; n < count; n++) {
    const due = began + (n * 1000) / OFFERED;
    const early = due - performance.now();
    if (early > 0) await Bun.sleep(early);
    running.push(work(n).then(() => performance.now() - due));
  }
  return Promise.all(running);
}

async function atFullSpeed(count: number, work: Work): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const began = performance.now();
      await work(next++);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return times;
}

function printTable(stores: readonly Store[], figures: ReadonlyMap<string, readonly Measured[]>): void {
  const kinds = [...new Set([...figures.keys()].map((name) => name.split("|")[0]!))];
  console.log(`\n| ${BYTES} bytes each | ${stores.map(({ name }) => name).join(" | ")} |`);
  console.log(`|---|${stores.map(() => "---:|").join("")}`);
  for (const kind of kinds) {
    const cells = stores.map(({ name }) => {
      const all = figures.get(`${kind}|${name}`)!;
      const middle = (key: keyof Measured): number => median(all.map((one) => one[key]));
      const ours = median(figures.get(`${kind}|${stores[0]!.name}`)!.map(({ perSecond }) => perSecond));
      const ratio = name === stores[0]!.name ? "" : ` (${(ours / middle("perSecond")).toFixed(2)})`;
      const times = `p50 ${middle("p50").toFixed(1)}, p99 ${middle("p99").toFixed(1)} ms`;
      return `${middle("perSecond").toFixed(0)}/s${ratio}; ${times}; ${middle("cpuMicros").toFixed(0)} µs CPU`;
    });
    console.log(`| ${kind} | ${cells.join(" | ")} |`);
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
