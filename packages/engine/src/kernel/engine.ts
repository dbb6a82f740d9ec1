import type {
  Bus,
  Clock,
  Config,
  Defer,
  Log,
  PasswordHasher,
  Principal,
  SqlDriver,
  Store,
  Variables,
} from "@plinth/core";
import { sqlStore } from "@plinth/db";
import { type Announcer, announcer } from "./announce.ts";
import { type Catalog, CatalogCache } from "./catalog.ts";
import type { Feature } from "./feature.ts";
import type { IdempotencyLock } from "./idempotency-lock.ts";
import { Scheduler } from "./scheduler.ts";
import { Services } from "./services.ts";
import { guardTimeout } from "./timeout-guard.ts";

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
  /** Runs the features' schedules. */
  readonly scheduler: Scheduler;
  /** What the layers keep for as long as the process lasts. */
  readonly services: Services;
}

type EngineOptions = Omit<Engine, "catalogs" | "announcer" | "scheduler" | "services" | "features"> &
  Partial<Pick<Engine, "features">>;

export function createEngine(options: EngineOptions): Engine {
  const { bus, clock, log, features = [] } = options;
  const schedules = features.flatMap((feature) => feature.schedules ?? []);
  return {
    ...options,
    features,
    ...(bus && { announcer: announcer(bus, log) }),
    catalogs: new CatalogCache(clock),
    scheduler: new Scheduler(schedules, clock, log),
    services: new Services(),
  };
}

/** What one request carries: who asks, in which workspace, over which connection. The first argument of every service. */
export interface RequestContext {
  readonly engine: Engine;
  readonly driver: SqlDriver;
  readonly store: Store;
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

const stores = new WeakMap<SqlDriver, Map<number | undefined, Store>>();

/** One store for each driver and its settings. */
export function storeOf(driver: SqlDriver, { statementTimeoutMs }: Partial<Config> = {}): Store {
  const known = stores.get(driver) ?? new Map<number | undefined, Store>();
  stores.set(driver, known);
  let store = known.get(statementTimeoutMs);
  if (!store) {
    store = guardTimeout(sqlStore(driver, { statementTimeoutMs }), statementTimeoutMs);
    known.set(statementTimeoutMs, store);
  }
  return store;
}
