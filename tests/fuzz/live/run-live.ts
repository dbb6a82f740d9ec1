/** Runs a live case on one engine: after each step, what every follower holds is what a read of theirs gives. */
import { fieldPolicyOf, type JsonObject, PlinthError } from "@plinth/core";
import type { Operation } from "../case.ts";
import { same } from "../compare.ts";
import type { Engine as Database } from "../engines/index.ts";
import { execute } from "../operations.ts";
import {
  assignRoles,
  deleteRule,
  type ItemEvent,
  liveBodySchema,
  liveInputOf,
  liveQuery,
  type RequestContext,
  readPolicy,
  revokeKey,
  trimChanges,
  updateRule,
} from "../plinth.ts";
import { resultOf, USER_IDS } from "../run-case.ts";
import { type LiveCase, type LiveOperation, MANY } from "./case.ts";
import { byId } from "./copies.ts";
import type { Finding, LiveRun } from "./finding.ts";
import { type Follower, follow, readFresh, type SelectionInput } from "./follower.ts";
import { writeRaw } from "./raw.ts";
import { type Fresh, settle, type Watched, watch } from "./watched.ts";
import { openLiveWorld, type World } from "./world.ts";

/** What changes the catalog. */
const RIGHTS: ReadonlySet<string> = new Set(["define", "change", "drop field", "rule"]);

class Stop extends Error {
  constructor(readonly finding: Finding) {
    super(finding.kind);
  }
}

export async function runLive(database: Database, one: LiveCase): Promise<LiveRun> {
  const world = await openLiveWorld(database, one);
  const run = new Run(world, one);
  try {
    await run.all();
    return run.result(undefined);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return run.result(error.finding);
  } finally {
    for (const { follower } of run.followers) follower.close();
    await world.close();
  }
}

class Run {
  readonly followers: Watched[] = [];
  #at = 0;
  #steps = 0;
  #comparisons = 0;
  #spare = 0;
  #again = 0;

  constructor(
    readonly world: World,
    private readonly one: LiveCase,
  ) {}

  result(finding: Finding | undefined): LiveRun {
    const { counters } = this.world.broker;
    const counts = { spare: this.#spare, again: this.#again };
    return { finding, steps: this.#steps, comparisons: this.#comparisons, ...counts, counters };
  }

  /** Of whole results, or of what had come to lack at their end. */
  get #reads(): number {
    const { reads, refills } = this.world.broker.counters;
    return reads + refills;
  }

  async all(): Promise<void> {
    const { operations } = this.one;
    while (this.#at < operations.length) {
      const operation = operations[this.#at]!;
      const reads = this.#reads;
      const position = await this.world.lastPosition();
      const itemsOnly = await this.#change(operation);
      if (this.followers.length > 0) await this.#look(operation, itemsOnly);
      if (itemsOnly) await this.#checkReads(operation, reads, position);
      for (const watched of this.followers) settle(watched);
      this.#at++;
    }
  }

  /** Carries the operation out. Answers whether nothing but items can have changed by it. */
  async #change(operation: LiveOperation): Promise<boolean> {
    const { world } = this;
    const admin = await world.scopeOf("admin");
    switch (operation.do) {
      case "follow":
      case "watch": {
        const wanted: SelectionInput =
          operation.do === "follow"
            ? { kind: "query", query: operation.query }
            : { kind: "items", collection: operation.collection, filter: operation.filter };
        const follower = await follow(world, operation.as, wanted);
        this.followers.push(watch(follower));
        return false;
      }
      case "leave":
      case "return":
      case "lag": {
        const watched = this.followers[operation.who];
        watched?.follower.wire[operation.do]();
        if (watched && operation.do !== "lag") watched.gone = operation.do === "leave";
        return false;
      }
      case "revoke":
        await this.#revoke(admin, this.followers[operation.who]);
        return false;
      case "roles":
        // A key gives nobody the role admin.
        await assignRoles({ ...admin, principal: { ...admin.principal, kind: "user" } }, USER_IDS[operation.user], {
          roles: operation.roles,
        });
        world.roles[operation.user] = operation.roles;
        await world.subscribers.checkRights();
        return false;
      case "change rule":
        await resultOf(() => changeRule(admin, operation));
        await world.subscribers.checkRights();
        return false;
      case "trim":
        await trimChanges(admin.driver, { before: Number.MAX_SAFE_INTEGER, rows: 0, pass: 1_000_000 });
        return false;
      case "raw":
        // What the engine refuses, a foreign key for example, changes nothing.
        await writeRaw(admin, operation).catch(() => {});
        return true;
      case "at once": {
        const group = this.one.operations.slice(this.#at + 1, this.#at + 1 + operation.writers);
        const writes = group.filter((other) => "as" in other && other.do !== "follow" && other.do !== "watch");
        await Promise.all(writes.map((write) => this.#write(write as Operation, true)));
        this.#at += group.length;
        return true;
      }
      default:
        await this.#write(operation, false);
        if (!RIGHTS.has(operation.do)) return true;
        await world.subscribers.checkRights();
        return false;
    }
  }

  async #write(operation: Operation, together: boolean): Promise<void> {
    const ctx = await this.world.scopeOf("as" in operation ? operation.as : "admin");
    const result = await resultOf(() => execute(ctx, operation));
    // Writers may be in each other's way; what a single one says is the other fuzzer's matter too, but must be an answer.
    if ("crashed" in result && !together) this.#stop("crash", undefined, { held: result.crashed });
  }

  async #revoke(admin: RequestContext, watched: Watched | undefined): Promise<void> {
    if (!watched || watched.follower.caller === "anonymous") return;
    const { ticket } = watched.follower.wire;
    if (ticket.revoked) return;
    ticket.revoked = true;
    if (ticket.caller === "admin") await revokeKey(admin, ticket.id);
    else await admin.driver.run({ sql: `delete from plinth_sessions where id = '${ticket.id}'`, params: [] });
    await this.world.subscribers.checkRights();
  }

  async #look(operation: LiveOperation, itemsOnly: boolean): Promise<void> {
    const { world } = this;
    this.#steps++;
    for (const watched of this.followers) await this.#return(watched);
    const done = await world.caughtUp(() => this.followers.every(({ follower, gone }) => gone || follower.idle));
    if (world.faults.length > 0) this.#stop("fault", undefined, { held: world.faults });
    if (!done) {
      const open = this.followers.filter(({ follower, gone }) => !gone && !follower.idle);
      this.#stop("stuck", open[0], { held: world.subscribers.tail.position });
    }
    for (const watched of this.followers) if (!watched.gone) await this.#compare(watched, operation, itemsOnly);
  }

  async #compare(watched: Watched, operation: LiveOperation, itemsOnly: boolean): Promise<void> {
    const { follower } = watched;
    const { wanted, wire } = follower;
    this.#comparisons++;
    const before = watched.fresh;
    const steady = itemsOnly && wire.connections === watched.connections;
    const fresh = await this.#fresh(follower);
    watched.fresh = fresh;
    const cuts = wire.cuts - watched.cuts;
    if (itemsOnly && watched.ended === undefined && wire.connections - watched.connections !== cuts)
      this.#stop("copy", watched, { held: "an event did not fit its copy, so it connected again", fresh });
    if (watched.ended !== undefined && follower.ended !== undefined) return;
    if ("refused" in fresh || follower.ended !== undefined) {
      const refused = "refused" in fresh ? fresh.refused : undefined;
      if (refused !== follower.ended) this.#stop("ended", watched, { held: follower.ended, fresh: refused });
      return;
    }
    const held = wanted.kind === "query" ? follower.copy : byId(follower.copy);
    if (!same(held, fresh.rows, wanted.kind === "query")) this.#stop("copy", watched, { held, fresh: fresh.rows });
    if (wanted.kind === "items") await this.#checkEvents(watched, fresh.rows, operation);
    if (steady && wanted.kind === "query") this.#again += follower.received.filter((counts) => counts === null).length;
    if (!steady || follower.received.length === 0 || !before || !("rows" in before)) return;
    if (MANY.has(operation.do) || !same(before.rows, fresh.rows, false)) return;
    if (wanted.kind === "items" && (await this.#reaches(follower))) this.#spare += follower.received.length;
    else this.#stop("noise", watched, { held: follower.received, fresh: fresh.rows });
  }

  /** Who was ended comes back as soon as there is something to read. */
  async #return({ follower, ended }: Watched): Promise<void> {
    if (ended === undefined) return;
    const ctx = await this.world.scopeOf(follower.caller);
    const readable = await readFresh(ctx, follower.wanted).then(
      () => true,
      () => false,
    );
    if (readable) await follower.restart();
  }

  async #fresh(follower: Follower): Promise<Fresh> {
    try {
      const { ctx } = await this.world.enter(follower.wire.ticket);
      return { rows: await readFresh(ctx, follower.wanted) };
    } catch (error) {
      if (error instanceof PlinthError) return { refused: error.code };
      throw error;
    }
  }

  /** Events show no hidden field, and no item that the caller may not read. */
  async #checkEvents(watched: Watched, fresh: readonly JsonObject[], operation: LiveOperation): Promise<void> {
    const { follower } = watched;
    const { ctx } = await this.world.enter(follower.wire.ticket);
    const collection = ctx.catalog.collections.get((follower.wanted as { collection: string }).collection)!;
    const policy = readPolicy(ctx.catalog, ctx.principal, collection)!;
    for (const event of follower.received as ItemEvent[]) {
      if (event.event !== "enter" && event.event !== "update") continue;
      const hidden = Object.keys(event.data).filter((name) => fieldPolicyOf(policy, name) === undefined);
      const now = fresh.find((row) => row.id === event.id);
      const other = !MANY.has(operation.do) && !watched.gone && operation.do !== "return" && !now;
      if (hidden.length > 0 || other) this.#stop("leak", watched, { held: event, fresh: now ?? hidden });
    }
  }

  /** A query is read again only when a change may bear on it, and then once for all that came together. */
  async #checkReads(operation: LiveOperation, before: number, position: string): Promise<void> {
    const reads = this.#reads - before;
    const anew = this.followers.some(({ follower, connections }) => follower.wire.connections !== connections);
    if (reads === 0 || anew) return;
    const changed = await this.world.changedSince(position);
    // A subscriber that has just left may still be read for, until the server has noticed.
    let due = this.followers.filter(({ gone }) => gone).length;
    for (const { follower, gone } of this.followers) {
      if (gone || follower.wanted.kind !== "query" || follower.ended !== undefined) continue;
      const { ctx } = await this.world.enter(follower.wire.ticket);
      const { visibility, dependsOn } = liveQuery(ctx, liveInputOf(liveBodySchema.parse(follower.wanted.query)));
      if ([visibility.collection.id, ...dependsOn].some((id) => changed.has(id))) due++;
    }
    const pages = MANY.has(operation.do) || this.one.page < 500 ? Number.POSITIVE_INFINITY : 1;
    if (due === 0 || reads > due * pages) this.#stop("reads", undefined, { held: reads, fresh: due });
  }

  async #reaches({ wanted, wire }: Follower): Promise<boolean> {
    const { ctx } = await this.world.enter(wire.ticket);
    const { collection, filter } = wanted as SelectionInput & { kind: "items" };
    return (
      liveQuery(ctx, liveInputOf(liveBodySchema.parse({ collection, ...(filter && { filter }) }))).visibility.dependsOn
        .size > 0
    );
  }

  #stop(kind: Finding["kind"], watched: Watched | undefined, found: Pick<Finding, "held" | "fresh">): never {
    const { caller, wanted } = watched?.follower ?? {};
    throw new Stop({ kind, operation: this.#at, ...(caller && { caller }), ...(wanted && { wanted }), ...found });
  }
}

async function changeRule(ctx: RequestContext, { at, rule }: LiveOperation & { do: "change rule" }): Promise<null> {
  const reads = ctx.catalog.rules.filter(({ action }) => action === "read");
  if (reads.length === 0) return null;
  const { id } = reads[at % reads.length]!;
  if (rule) await updateRule(ctx, id, rule as never);
  else await deleteRule(ctx, id);
  return null;
}
