/** Kills a server at the steps of each door, and looks at what is left: no file without bytes, and after the sweep no bytes without a file. */
import { join } from "node:path";
import { bunSqlite } from "../../../packages/adapters-sqlite/src/bun.ts";
import type { FileStore, SqlDriver } from "../../../packages/core/src/index.ts";
import { contentIdOf } from "../../../packages/engine/src/features/files/images/image-objects.ts";
import { BUCKET, Client, VERSIONED } from "./client.ts";
import { DOORS, type Door } from "./doors.ts";
import type { HostOptions } from "./host.ts";
import { KillableServer } from "./server.ts";

const HOUR_MS = 3_600_000;
/** In a row: all later steps are beyond the end of the work. */
const ENOUGH_SURVIVALS = 10;
const OPERATOR = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };

export interface Killing {
  /** For the database and the program. */
  readonly folder: string;
  /** The same store twice: as the server opens it, and for looking at it. */
  readonly store: HostOptions["store"];
  readonly seen: FileStore;
  /** Which of its steps, from 0 on, are a server's last. */
  readonly stepsOf: (door: Door, steps: number) => Iterable<number>;
  readonly onDoor?: (door: Door, kills: number) => void;
  /** By default all. */
  readonly doors?: readonly Door[];
}

/** Answers with how often a server was killed, and throws where something is lost or left. */
export async function killEverywhere({
  folder,
  store,
  seen,
  stepsOf,
  onDoor,
  doors = DOORS,
}: Killing): Promise<number> {
  const path = join(folder, "plinth.db");
  const server = await KillableServer.open(folder, { path, store });
  const driver = bunSqlite({ path });
  let all = 0;
  try {
    const client = await opened(server);
    for (const [n, door] of doors.entries()) {
      const steps = await countSteps(client, door, `d${n}/whole`);
      let kills = 0;
      let survivals = 0;
      const killAt = async (at: number): Promise<void> => {
        const killed = await isKilledAt(server, client, door, { at, path: `d${n}/${at}` });
        if (killed) kills++;
        survivals = killed ? 0 : survivals + 1;
        const where = `${door.name}, killed at step ${at} of ${steps}`;
        await requireWhole(client, door, `d${n}/${at}`, where);
        const { missing } = await everything(driver, seen);
        if (missing.length > 0) throw new Error(`${where}: no bytes of ${missing.join(", ")}`);
      };
      // The first time has more steps where it cleans up after all doors before, or fills caches.
      for (const at of stepsOf(door, steps)) {
        await killAt(at);
        if (survivals === ENOUGH_SURVIVALS) break;
      }
      for (let at = Math.floor(steps / 2); kills === 0 && at > 0; at = Math.floor(at / 2)) await killAt(at);
      if (kills === 0) throw new Error(`${door.name}: no server was killed`);
      onDoor?.(door, kills);
      all += kills;
    }
    await sweepAll(server);
    requireEqual(await everything(driver, seen));
  } finally {
    await server.stop();
    await driver.close?.();
  }
  return all;
}

async function opened(server: KillableServer): Promise<Client> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    const answer = await server.ask(path, { ...init, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { token: string; data: Record<string, string> };
  };
  const operator = { authorization: `Bearer ${(await post("/api/auth/sign-up/email", OPERATOR)).token}` };
  const { data: key } = await post("/api/keys", { name: "killed", kind: "secret" }, operator);
  const { data: s3 } = await post("/api/s3-keys", { name: "killed" }, operator);
  await post("/api/buckets", { name: BUCKET, max_bytes: 100_000_000, from_urls: true }, operator);
  await post("/api/buckets", { name: VERSIONED, versions: true }, operator);
  return new Client(server, { key: key.key!, s3: s3 as never });
}

/** False: the work came to its end before that step. */
async function isKilledAt(
  server: KillableServer,
  client: Client,
  door: Door,
  { at, path }: { readonly at: number; readonly path: string },
): Promise<boolean> {
  await door.before?.(client, path);
  await server.arm(at);
  const survived = await server.survives(() => door.work(client, path));
  if (survived) await server.arm(Number.POSITIVE_INFINITY);
  else await server.restart();
  return !survived;
}

async function countSteps(client: Client, door: Door, path: string): Promise<number> {
  await door.before?.(client, path);
  await client.server.arm(Number.POSITIVE_INFINITY);
  await door.work(client, path);
  return client.server.steps();
}

async function requireWhole(client: Client, door: Door, path: string, where: string): Promise<void> {
  const { bucket = BUCKET, leaves } = door;
  const found = await textAt(client, bucket, path);
  if (!leaves.includes(found)) throw new Error(`${where}: the file is ${found?.slice(0, 100)}`);
  await requireBeside(client, door, path, where);
  if (!door.goOn) return;
  if (found === undefined) await door.goOn(client, path);
  if ((await textAt(client, bucket, path)) !== leaves.at(-1)) throw new Error(`${where}: it could not be gone on with`);
}

async function requireBeside(client: Client, { beside }: Door, path: string, where: string): Promise<void> {
  if (!beside) return;
  const names = Object.keys(beside[0]!);
  const found = JSON.stringify(await Promise.all(names.map((name) => textAt(client, BUCKET, path + name))));
  const allowed = beside.map((texts) => JSON.stringify(names.map((name) => texts[name])));
  if (!allowed.includes(found)) throw new Error(`${where}: ${names.join(", ")} have ${found}`);
}

async function textAt(client: Client, bucket: string, path: string): Promise<string | undefined> {
  const answer = await client.ask(`/api/files/${bucket}/${path}`);
  const text = await answer.text();
  if (answer.ok) return text;
  if (answer.status === 404) return undefined;
  throw new Error(`${path}: ${answer.status} ${text}`);
}

/** What is deleted is kept for a day; then what stands for its bytes goes, and then they. */
async function sweepAll(server: KillableServer): Promise<void> {
  for (let days = 0; days < 3; days++) {
    await server.passes(25 * HOUR_MS);
    for (let times = 0; times < 3; times++) await (await server.ask("/sweep", { method: "POST" })).text();
  }
}

interface Found {
  readonly files: readonly string[];
  readonly contents: readonly string[];
  readonly keys: readonly string[];
  readonly loose: number;
  readonly open: number;
  readonly counted: number;
  readonly sizes: number;
  /** Contents and uploads whose bytes are not in the store. */
  readonly missing: readonly string[];
}

async function everything(driver: SqlDriver, store: FileStore): Promise<Found> {
  const rows = (sql: string) => driver.all({ sql, params: [] });
  const contents = await rows("select id, size from c_000000000001_file_contents order by id");
  const files = await rows("select content from c_000000000001_files order by content");
  const tails = await rows("select tail from plinth_files_uploads where tail is not null and state = 'open'");
  const keys: string[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const page = await store.list({ cursor });
    keys.push(...page.files.map(({ key }) => contentIdOf(key.slice(key.indexOf("/") + 1))));
    cursor = page.cursor;
  }
  const there = new Set(keys);
  const ids = contents.map(({ id }) => id as string);
  const needed = [...ids, ...files.map(({ content }) => content as string), ...tails.map(({ tail }) => tail as string)];
  return {
    files: files.map(({ content }) => content as string),
    contents: ids,
    keys: keys.sort(),
    loose: (await rows("select id from plinth_files_loose")).length,
    open: (await rows("select id from plinth_files_uploads where state <> 'done'")).length,
    counted: Number((await rows("select bytes from plinth_files_usage"))[0]?.bytes ?? 0),
    sizes: contents.reduce((sum, { size }) => sum + Number(size), 0),
    missing: needed.filter((id) => !there.has(id)),
  };
}

function requireEqual(found: Found): void {
  const { contents, keys, loose, open, counted, sizes, missing } = found;
  const without = keys.filter((key) => !contents.includes(key));
  const left = { missing, without, loose, open, uncounted: counted - sizes };
  const nothing = { missing: [], without: [], loose: 0, open: 0, uncounted: 0 };
  if (JSON.stringify(left) !== JSON.stringify(nothing)) throw new Error(`after the sweep: ${JSON.stringify(left)}`);
}
