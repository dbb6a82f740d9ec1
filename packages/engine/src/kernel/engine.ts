import type {
  Bus,
  Clock,
  Collection,
  Config,
  DataSource,
  Defer,
  Log,
  PasswordHasher,
  Principal,
  SqlDriver,
  Variables,
} from "@plinth/core";
import { type Announcer, announcer } from "./announce.ts";
import { type Catalog, CatalogCache } from "./catalog.ts";
import type { Feature } from "./feature.ts";
import type { IdempotencyLock } from "./idempotency-lock.ts";
import { Scheduler } from "./scheduler.ts";
import { Services } from "./services.ts";

/** What outlives a request: settings, caches, and nothing that belongs to a connection. */
export interface Engine {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Absent: scrypt in JavaScript. */
  readonly passwords?: PasswordHasher | undefined;
  /** Absent: whoever waits for changes polls. */
  readonly bus?: Bus | undefined;
  readonly announcer?: Announcer | undefined;
  readonly catalogs: CatalogCache;
  readonly features: readonly Feature[];
  /** Databases beside the built-in one, by the names that collections have for them. */
  readonly databases: ReadonlyMap<string, SqlDriver>;
  /** Runs the features' schedules. */
  readonly scheduler: Scheduler;
  /** What the layers keep for as long as the process lasts. */
  readonly services: Services;
}

type EngineOptions = Omit<Engine, "catalogs" | "announcer" | "scheduler" | "services" | "features" | "databases"> &
  Partial<Pick<Engine, "features" | "databases">>;

export function createEngine(options: EngineOptions): Engine {
  const { bus, clock, log, features = [], databases = new Map<string, SqlDriver>() } = options;
  const schedules = features.flatMap((feature) => feature.schedules ?? []);
  return {
    ...options,
    features,
    databases,
    ...(bus && { announcer: announcer(bus, log) }),
    catalogs: new CatalogCache(clock),
    scheduler: new Scheduler(schedules, clock, log),
    services: new Services(),
  };
}

/** What one request carries: who asks, in which workspace, over which connection. The first argument of every service. */
export interface RequestContext {
  readonly engine: Engine;
  /** The built-in database, where Plinth's own tables are. Items are asked of `source`. */
  readonly driver: SqlDriver;
  /** The database that holds a collection's items. What is written there carries the request's origin into its log. */
  source(collection: Pick<Collection, "source">): DataSource;
  readonly principal: Principal;
  readonly catalog: Catalog;
  /** One clock reading for the whole request. */
  readonly variables: Variables;
  readonly now: number;
  /** Takes work that may go on after the answer; absent where nobody would wait for it. */
  readonly defer?: Defer;
  /** The write of this request happens once, however often it is sent: see `write/idempotency.ts`. */
  readonly lock?: IdempotencyLock;
}
