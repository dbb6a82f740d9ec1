import type { JsonObject } from "@plinth/core";
import { Random } from "../../../../tests/fuzz/random.ts";
import type { Shapes } from "../../src/schema/index.ts";
import type { Conflict, ConflictPolicy, Resolution } from "../../src/sync/conflicts.ts";
import { versionOf } from "../../src/sync/replica.ts";
import type { SyncTransport } from "../../src/sync/replica-context.ts";
import { openReplicator, type Replicator } from "../../src/sync/replicator.ts";
import { memoryStore, type SyncStore } from "../../src/sync/store.ts";
import type { Awaitable } from "../../src/types.ts";
import { PlinthClientError } from "../../src/types.ts";
import { Crash, crashingStore } from "./crashing-store.ts";
import { checkRows, checkShown, checkWrites, tagsOf, UNKNOWN } from "./model-checks.ts";
import { COLLECTIONS, USERS } from "./model-server.ts";

/** What the harness must know of a server; the model and the real engine have it. */
export interface TestServer {
  transportFor(user: string): SyncTransport;
  /** The rows of a shape as a list shows them to the user now. */
  visible(user: string, shapes: Shapes, name: string): Promise<JsonObject[]>;
  /** How often the write with this tag has happened. */
  happened(tag: string): Promise<number>;
  /** Whether the last answer to a pull included all that was stored; undefined where that is unknown. */
  wasCurrent(): boolean;
  /** What is hidden from the user: texts that must not be in its store. */
  hiddenTexts(user: string): Awaitable<string[]>;
  close?(): void;
  /** From now on, it knows at once what it has stored. */
  calm(): void;
  /** A write of somebody else, a change of rules or of the schema, or a trim of the log. */
  disturb(random: Random): Promise<void>;
}

const SHAPES: Shapes = {
  posts: {},
  open: { collection: "notes", filter: { open: true } },
  titles: { collection: "notes", fields: ["title", "level"] },
};

const POLICIES: ConflictPolicy[] = ["merge", "merge", "server", "client"];

export class Peer {
  replicator!: Replicator;
  readonly stored = memoryStore();
  readonly store: SyncStore;
  readonly policy: ConflictPolicy;
  readonly shapes: Shapes;
  online = true;
  crashes = 0;
  #keys = 0;
  #versions = new Map<string, number>();

  constructor(
    readonly world: World,
    readonly user: string,
    readonly number: number,
  ) {
    const { random } = world;
    this.store = crashingStore(this.stored, random, () => world.chaos && random.chance(0.04));
    this.policy = random.chance(0.25) ? (conflict) => this.#ask(conflict) : random.pick(POLICIES);
    const names = random.some(Object.keys(SHAPES), 0.8);
    this.shapes = Object.fromEntries((names.length > 0 ? names : ["posts"]).map((name) => [name, SHAPES[name]!]));
  }

  async open(): Promise<void> {
    for (;;) {
      try {
        const store = await this.store.open(this.user);
        this.#versions.clear();
        this.replicator = await openReplicator({
          store,
          shapes: this.shapes,
          transport: this.#unreliable(this.world.server.transportFor(this.user)),
          onConflict: this.policy,
          now: () => this.world.now,
          nextKey: () => `${String(this.world.now).padStart(20, "0")}-${String(this.#keys++).padStart(6, "0")}`,
          leads: () => true,
          onChange: () => undefined,
          onStored: () => undefined,
        });
        await this.replicator.lead();
        return;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  }

  /** Does something that may fail as networks and programs do. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Crash) {
        this.crashes++;
        await this.open();
        return false;
      }
      if (error instanceof PlinthClientError && (error.status === 0 || error.status === 503)) return false;
      throw error;
    }
  }

  #ask({ mine }: Conflict): Resolution {
    const { random } = this.world;
    if (!mine) return random.pick(["mine", "theirs"] as const);
    // The tag stays, so that it can be said how often the write has happened.
    return random.chance(0.5) ? "mine" : { data: { tags: mine.tags ?? [], title: "asked" } };
  }

  /** Requests and answers are lost. */
  #unreliable({ pull, push }: SyncTransport): SyncTransport {
    const { world } = this;
    const lost = (): PlinthClientError => new PlinthClientError("UNREACHABLE", "lost", 0);
    const over = async <T>(request: () => Promise<T>): Promise<T> => {
      if (!this.online || (world.chaos && world.random.chance(0.1))) throw lost();
      if (world.chaos && world.random.chance(0.03)) throw new PlinthClientError("UNAVAILABLE", "busy", 503);
      const answer = await request();
      if (world.chaos && world.random.chance(0.1)) throw lost();
      return answer;
    };
    return {
      pull: (...args) => over(() => pull(...args)),
      push: (...args) => over(() => push(...args)),
    };
  }

  /** Nothing that is held gets older, except where it is read anew. */
  checkVersions(): void {
    const { replica } = this.replicator;
    const seen = new Map<string, number>();
    for (const [name, rows] of replica.rows) {
      for (const [id, { row, epoch }] of rows) {
        const key = `${name}/${epoch}/${id}`;
        seen.set(key, versionOf(row));
        if (versionOf(row) < (this.#versions.get(key) ?? 0)) throw new Error(`${key} went back`);
      }
    }
    this.#versions = seen;
  }
}

export class World {
  readonly peers: Peer[];
  chaos = true;
  /** How often a replica that was up to date was compared with the server. */
  looks = 0;
  now = 1_800_000_000_000;
  /** What the app was told that it is stored. */
  readonly promised = new Map<string, { peer: Peer; op: string; mayBeGivenUp: boolean }>();
  #tags = 0;

  constructor(
    readonly random: Random,
    readonly server: TestServer,
  ) {
    this.peers = random.times(3, (i) => new Peer(this, USERS[i % USERS.length]!, i));
  }

  newTag(): string {
    return `t${this.#tags++}`;
  }

  id(): string {
    return `00000000-0000-7000-8000-${String(this.random.int(0, 0xffff_ffff)).padStart(12, "0")}`;
  }
}

const STEPS = 60;

/** Runs one seed, and throws what must not be. */
export async function runSeed(seed: number, open: (random: Random) => Awaitable<TestServer>): Promise<World> {
  const random = new Random(seed);
  const server = await open(random);
  const world = new World(random, server);
  const { peers } = world;
  for (const peer of peers) await peer.open();
  for (let i = 0; i < STEPS; i++) await step(world);
  world.chaos = false;
  world.server.calm();
  for (const peer of peers) peer.online = true;
  // Failed writes are tried again, or given up.
  for (const peer of peers) await settle(world, peer);
  for (const peer of peers) await decideFailed(peer, random);
  for (const peer of peers) await settle(world, peer);
  for (const peer of peers) await settle(world, peer);
  for (const peer of peers) {
    await checkRows(world, peer);
    await checkShown(world, peer);
  }
  await checkWrites(world);
  server.close?.();
  return world;
}

async function step(world: World): Promise<void> {
  const { random } = world;
  const peer = random.pick(world.peers);
  world.now += random.int(1, 1500);
  await random.weighted<() => Promise<unknown>>([
    [6, () => () => peer.attempt(() => pullAndLook(world, peer))],
    [5, () => () => peer.attempt(() => peer.replicator.push())],
    [6, () => () => writeSomething(world, peer)],
    [3, () => () => world.server.disturb(random)],
    [1, () => async () => (peer.online = !peer.online)],
    [1, () => () => decideFailed(peer, random)],
    [1, () => () => peer.open()],
  ])();
  peer.checkVersions();
}

async function writeSomething(world: World, peer: Peer): Promise<void> {
  const { random } = world;
  const tags: [string, string][] = [];
  const operations = random.times(random.chance(0.2) ? random.int(2, 4) : 1, () => {
    const collection = random.pick(COLLECTIONS);
    const known = [...peer.replicator.replica.allShown(collection)].map(({ id }) => id as string);
    const tag = world.newTag();
    const title = random.chance(0.06) ? "invalid" : `title ${random.int(0, 99)}`;
    if (known.length === 0 || random.chance(0.3)) {
      tags.push([tag, "create"]);
      const data = { title, level: random.int(0, 5), open: random.chance(0.7), tags: [tag] };
      return { op: "create" as const, collection, id: world.id(), data };
    }
    if (random.chance(0.15)) return { op: "delete" as const, collection, id: random.pick(known) };
    tags.push([tag, "update"]);
    const data: JsonObject = { tags: { $append: [tag] } };
    if (random.chance(0.5)) data.title = title;
    if (random.chance(0.3)) data.open = random.chance(0.5);
    if (random.chance(0.1)) data.level = random.int(0, 7);
    if (random.chance(0.4)) data.count = { $inc: 1 };
    return { op: "update" as const, collection, id: random.pick(known), data };
  });
  const stored = await peer.attempt(() => peer.replicator.write(operations));
  // The policy `server` gives a whole write up.
  const mayBeGivenUp = peer.policy === "server" && operations.some(({ op }) => op !== "create");
  if (stored) for (const [tag, op] of tags) world.promised.set(tag, { peer, op, mayBeGivenUp });
}

/** Up to date, an app sees nothing but what the server would show, and what it has written itself. */
async function pullAndLook(world: World, peer: Peer): Promise<void> {
  if ((await peer.replicator.pull(false)) === "more" || !world.server.wasCurrent()) return;
  world.looks++;
  await checkRows(world, peer);
  const dump = JSON.stringify(await (await peer.stored.open(peer.user)).read());
  const found = (await world.server.hiddenTexts(peer.user)).find((text) => dump.includes(text));
  if (found !== undefined) throw new Error(`${found} is hidden, and in the store: ${dump}`);
}

async function decideFailed(peer: Peer, random: Random): Promise<void> {
  for (const { key, error } of peer.replicator.replica.writes()) {
    if (!error || !peer.replicator.replica.write(key)?.error) continue;
    // As the user does whom the app asks to compare.
    const isDone = error.code === UNKNOWN && (await hasHappened(peer, key));
    if (isDone) await peer.attempt(() => peer.replicator.drop(key));
    else await peer.attempt(() => (random.chance(0.3) ? peer.replicator.retry(key) : dropAll(peer, key)));
  }
}

async function hasHappened(peer: Peer, key: string): Promise<boolean> {
  for (const tag of tagsOf(peer, key)) if ((await peer.world.server.happened(tag)) > 0) return true;
  return false;
}

async function dropAll(peer: Peer, key: string): Promise<void> {
  for (const tag of tagsOf(peer, key)) peer.world.promised.delete(tag);
  await peer.replicator.drop(key);
}

async function settle(world: World, peer: Peer): Promise<void> {
  for (let i = 0; i < 500; i++) {
    world.now += 1000;
    const upToDate = (await peer.replicator.pull(false)) !== "more";
    const pushed = await peer.replicator.push();
    if (upToDate && pushed === "idle" && peer.replicator.replica.settled.size === 0) return;
  }
  throw new Error("it never becomes quiet");
}
