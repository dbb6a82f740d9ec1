import {
  type Clock,
  type Collection,
  type ErrorCode,
  elapsed,
  excerpt,
  nearest,
  PlinthError,
  type Principal,
  ROLE_ADMIN,
  type Rule,
  type SqlDriver,
  type SystemCollection,
  scopeKey,
} from "@plinth/core";
import { findWorkspaceState, listRoleNames, listRuleRows, loadCollections } from "@plinth/db";
import { type BeforeWrite, hooksByCollection, type WriteHook } from "./before-write.ts";
import { Lru } from "./lru.ts";

/** How long a replica may use its cached catalog before it checks the workspace's revision again. */
const FRESH_MS = 1000;
const MAX_WORKSPACES = 1000;
/** How many unknown names a caller may send in `FRESH_MS` for which the revision is checked earlier. */
const EARLY_CHECKS = 5;
const MAX_CALLERS = 1000;
const MAX_DERIVED = 2000;

/**
 * One workspace's collections, rules and roles at one revision. Immutable: values derived from it (policies, query
 * trees) are cached with it and are dropped with it.
 */
export interface Catalog {
  readonly workspaceId: string;
  readonly revision: number;
  readonly collections: ReadonlyMap<string, Collection>;
  readonly rules: readonly Rule[];
  readonly roles: ReadonlySet<string>;
  /** What is asked before items are written, by the collection's slug. */
  readonly writeHooks: ReadonlyMap<string, readonly WriteHook[]>;
  /** Read policies, write policies and trees by key. */
  readonly memoized: Lru<string, unknown>;
}

interface CachedCatalog {
  catalog: Catalog;
  checkedAt: number;
}

interface EarlyChecks {
  readonly since: number;
  count: number;
}

export class CatalogCache {
  readonly #entries = new Lru<string, CachedCatalog>(MAX_WORKSPACES);
  readonly #loading = new Map<string, Promise<Catalog>>();
  readonly #earlyChecks = new Lru<string, EarlyChecks>(MAX_CALLERS);
  /** Counts known changes: a load that began before a change may have read the old state. */
  #changes = 0;

  constructor(
    private readonly clock: Clock,
    private readonly hooks: Pick<BeforeWrite, "load"> | undefined,
  ) {}

  /**
   * The workspace's catalog, at most `FRESH_MS` old. Synchronous while fresh. Throws where the workspace is archived or
   * deleted, so that nothing serves it.
   */
  get(driver: SqlDriver, workspaceId: string): Catalog | Promise<Catalog> {
    const entry = this.#entries.get(workspaceId);
    if (entry && elapsed(this.clock.now(), entry.checkedAt) < FRESH_MS) return entry.catalog;
    return this.#refresh(driver, workspaceId);
  }

  /**
   * The current catalog, where it is newer than `used`; undefined where it is not. Reads the database whenever it is
   * called, so it is for errors that a newer schema alone explains.
   */
  async newer(driver: SqlDriver, used: Catalog): Promise<Catalog | undefined> {
    this.expire(used.workspaceId);
    const catalog = await this.get(driver, used.workspaceId);
    return catalog.revision === used.revision ? undefined : catalog;
  }

  /**
   * The same for a collection, field or rule that `used` does not have, which another server may have just added. Anyone
   * can send what is refused, so each caller causes a few reads in a second, and callers without credentials share theirs.
   */
  async newerForRefusal(driver: SqlDriver, used: Catalog, { kind, id }: Principal): Promise<Catalog | undefined> {
    return this.#mayCheck(`${used.workspaceId} ${kind} ${id ?? ""}`) ? this.newer(driver, used) : undefined;
  }

  #mayCheck(caller: string): boolean {
    const now = this.clock.now();
    const known = this.#earlyChecks.get(caller);
    const checks = known && elapsed(now, known.since) < FRESH_MS ? known : { since: now, count: 0 };
    if (checks !== known) this.#earlyChecks.set(caller, checks);
    return ++checks.count <= EARLY_CHECKS;
  }

  /** The catalog of a workspace that may be archived or deleted, for upkeep. */
  async inAnyState(driver: SqlDriver, workspaceId: string): Promise<Catalog> {
    const state = await findWorkspaceState(driver, workspaceId);
    if (!state) throw noSuchWorkspace();
    return this.#read(driver, workspaceId, state.revision);
  }

  /** After a change on this replica: the next request reads again. */
  forget(workspaceId: string): void {
    this.#changes++;
    this.#entries.delete(workspaceId);
    this.#loading.delete(workspaceId);
  }

  /** After a change on another replica: the next request checks whether the cached catalog is still valid. */
  expire(workspaceId: string): void {
    this.#changes++;
    this.#loading.delete(workspaceId);
    const entry = this.#entries.get(workspaceId);
    if (entry) entry.checkedAt = Number.NEGATIVE_INFINITY;
  }

  #refresh(driver: SqlDriver, workspaceId: string): Promise<Catalog> {
    // Where I/O belongs to one request, others must not wait for it: the host may cancel it with its request.
    if (driver.lifetime === "request" || driver.capabilities.remote) return this.#load(driver, workspaceId);
    let loading = this.#loading.get(workspaceId);
    if (!loading) {
      const load = this.#load(driver, workspaceId).finally(() => {
        if (this.#loading.get(workspaceId) === load) this.#loading.delete(workspaceId);
      });
      this.#loading.set(workspaceId, load);
      loading = load;
    }
    return loading;
  }

  async #load(driver: SqlDriver, workspaceId: string): Promise<Catalog> {
    const changes = this.#changes;
    const began = this.clock.now();
    const known = this.#entries.get(workspaceId);
    const state = await findWorkspaceState(driver, workspaceId);
    if (!state || state.deletedAt) throw noSuchWorkspace();
    if (state.archivedAt) throw new PlinthError("WORKSPACE_ARCHIVED");
    const { revision } = state;
    const catalog =
      known?.catalog.revision === revision
        ? known.catalog
        : await this.#read(driver, workspaceId, revision, known?.catalog);
    // A faster load may have stored a newer catalog in the meantime.
    const stored = this.#entries.get(workspaceId);
    if (stored && stored !== known && stored.catalog.revision > revision) return stored.catalog;
    const checkedAt = changes === this.#changes ? began : Number.NEGATIVE_INFINITY;
    this.#entries.set(workspaceId, { catalog, checkedAt });
    return catalog;
  }

  async #read(driver: SqlDriver, workspaceId: string, revision: number, before?: Catalog): Promise<Catalog> {
    return {
      workspaceId,
      revision,
      collections: await loadCollections(driver, workspaceId, before?.collections),
      rules: await listRuleRows(driver, workspaceId),
      roles: new Set(await listRoleNames(driver, workspaceId)),
      writeHooks: hooksByCollection((await this.hooks?.load(driver, workspaceId)) ?? []),
      memoized: new Lru(MAX_DERIVED),
    };
  }
}

export function noSuchWorkspace(): PlinthError {
  return new PlinthError("NOT_FOUND", "There is no such workspace.");
}

const BY_CATALOG: ReadonlySet<string | undefined> = new Set<ErrorCode>([
  "COLLECTION_NOT_FOUND",
  "UNKNOWN_FIELD",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "FIELD_FORBIDDEN",
]);

/** Whether a newer catalog may allow what was refused: it may have the collection, the field or the rule that lacked. */
export function isRefusedByCatalog(error: unknown): boolean {
  if (!(error instanceof PlinthError)) return false;
  return BY_CATALOG.has(error.code) || error.details?.issues?.some(({ code }) => BY_CATALOG.has(code)) === true;
}

export interface Caller {
  readonly catalog: Catalog;
  readonly principal: Principal;
}

export function collectionOf(caller: Caller, slug: string, path = "collection"): Collection {
  const collection = caller.catalog.collections.get(slug);
  if (!collection) {
    const near = nearest(slug, collectionNames(caller));
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    throw new PlinthError("COLLECTION_NOT_FOUND", `There is no collection ${excerpt(slug)}.${hint}`, { field: path });
  }
  return collection;
}

/** The collections that an error may name: those in which a rule lets the caller do anything. */
export function collectionNames({ catalog, principal }: Caller): string[] {
  const slugs = [...catalog.collections.keys()];
  if (principal.bypass) return slugs;
  const { scope } = principal;
  if (scope?.collections) return slugs.filter((slug) => scope.collections!.includes(slug));
  if (scope && principal.roles.includes(ROLE_ADMIN)) return slugs;
  const allowed = catalog.rules.filter(({ effect, role }) => effect === "allow" && principal.roles.includes(role));
  const named = new Set(allowed.map((rule) => rule.collection));
  const isOpen = (slug: string): boolean => named.has("*") && !catalog.collections.get(slug)!.system;
  return slugs.filter((slug) => named.has(slug) || isOpen(slug));
}

/** The workspace's built-in collection of users. */
export function usersIn(catalog: Catalog): Collection | undefined {
  return systemCollection(catalog, "users");
}

/** A built-in collection, where the workspace has it. */
export function systemCollection(catalog: Catalog, kind: SystemCollection): Collection | undefined {
  const all = memoize(catalog, "built-in collections", () => {
    return new Map([...catalog.collections.values()].flatMap((one) => (one.system ? [[one.system, one]] : [])));
  });
  return all.get(kind);
}

/** A value derived from a catalog, created once for each key. */
export function memoize<T>(catalog: Catalog, key: string, make: () => T): T {
  const known = catalog.memoized.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  catalog.memoized.set(key, made);
  return made;
}

/** Principals with the same rights share derived values. */
export function roleKey(principal: Principal): string {
  if (principal.bypass) return "*";
  const roles = principal.roles.join(",");
  return principal.scope ? `${roles}/${scopeKey(principal.scope)}` : roles;
}
