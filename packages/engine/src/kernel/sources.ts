import { type Collection, type DataSource, type Mutation, PlinthError, type SqlDriver } from "@plinth/core";
import { findCollection, sqlSource } from "@plinth/db";
import { type Catalog, memoize } from "./catalog.ts";
import type { Engine, RequestContext } from "./engine.ts";
import { connectionService } from "./services.ts";
import { guardTimeout } from "./timeout-guard.ts";

/** The name of the built-in database in collections and messages. */
export const BUILT_IN = "default";

type Placed = Pick<Collection, "source">;

/** The databases that one connection to the built-in database can reach: itself and the additional ones. */
class Sources {
  readonly builtIn: DataSource;
  readonly #others = new Map<string, DataSource>();
  /** One function for all requests. */
  readonly source: RequestContext["source"] = (collection) => this.of(collection);

  constructor(
    private readonly engine: Engine,
    private readonly driver: SqlDriver,
  ) {
    this.builtIn = this.#over(driver, BUILT_IN);
  }

  get all(): DataSource[] {
    return [this.builtIn, ...[...this.engine.databases.keys()].map((source) => this.of({ source }))];
  }

  of({ source }: Placed): DataSource {
    if (source === undefined || source === BUILT_IN) return this.builtIn;
    const known = this.#others.get(source);
    if (known) return known;
    const driver = this.engine.databases.get(source);
    if (!driver) throw new PlinthError("UNAVAILABLE", `The data source ${source} is not connected to this server.`);
    const made = this.#over(driver, source);
    this.#others.set(source, made);
    return made;
  }

  /** The built-in database defines all collections, even if another one stores their items. */
  #over(driver: SqlDriver, name: string): DataSource {
    const { catalogs, config } = this.engine;
    const { statementTimeoutMs, schemaTimeoutMs } = config;
    const source = sqlSource(driver, {
      name,
      statementTimeoutMs,
      schemaTimeoutMs,
      definitions: async (workspaceId, collectionId, version) => {
        const known = byId(await catalogs.get(this.driver, workspaceId)).get(collectionId);
        if (known && known.version >= version) return known;
        // The catalog may be a second old. A reader must not treat a new collection as a deleted one.
        return findCollection(this.driver, collectionId);
      },
    });
    return { ...source, store: guardTimeout(source.store, statementTimeoutMs) };
  }
}

const sources = connectionService("data sources", (engine: Engine, driver) => new Sources(engine, driver));

function byId(catalog: Catalog): Map<string, Collection> {
  return memoize(catalog, "collections by id", () => {
    return new Map([...catalog.collections.values()].map((collection) => [collection.id, collection]));
  });
}

export function builtInSource(engine: Engine, driver: SqlDriver): DataSource {
  return sources(engine, driver).builtIn;
}

/** The source of a collection, for work without a request. */
export function sourceOf(engine: Engine, driver: SqlDriver, collection: Placed): DataSource {
  return sources(engine, driver).of(collection);
}

export function sourcesOf(engine: Engine, driver: SqlDriver): RequestContext["source"] {
  return sources(engine, driver).source;
}

export function allSources(engine: Engine, driver: SqlDriver): DataSource[] {
  return sources(engine, driver).all;
}

export function isBuiltIn({ source = BUILT_IN }: Placed): boolean {
  return source === BUILT_IN;
}

/** The one source that a batch writes to: no transaction can span two databases. */
export function sourceOfBatch(ctx: RequestContext, trees: readonly [Mutation, ...Mutation[]]): DataSource {
  const [{ source = BUILT_IN }, ...rest] = trees.map(collectionIn) as [Placed, ...Placed[]];
  const other = rest.find((one) => (one.source ?? BUILT_IN) !== source);
  if (!other) return ctx.source({ source });
  const names = [source, other.source ?? BUILT_IN];
  throw new PlinthError(
    "UNSUPPORTED_BY_ADAPTER",
    `This writes to the data sources ${names.join(" and ")}; a batch cannot span two databases. Send a request for each.`,
    { sources: names },
  );
}

function collectionIn(tree: Mutation): Placed {
  return tree.kind === "find" ? tree.tree.collection : tree.collection;
}

/** For features that need the built-in database's log. */
export function requireBuiltIn(collection: Collection, what: string): void {
  if (isBuiltIn(collection)) return;
  throw new PlinthError(
    "UNSUPPORTED_BY_ADAPTER",
    `${collection.slug} is in the data source ${collection.source}, which cannot do this: ${what}.`,
    { adapter: collection.source!, capability: what },
  );
}
