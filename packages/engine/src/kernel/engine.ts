import type {
  Alarm,
  Bus,
  CaptchaVerifier,
  ClaimRecord,
  Clock,
  Collection,
  Config,
  ContentHasher,
  DataSource,
  Defer,
  FileStore,
  Images,
  LimitState,
  Log,
  Mailer,
  PasswordHasher,
  Principal,
  PublicFetch,
  Sandbox,
  SandboxCall,
  SmsSender,
  SqlDriver,
  TrustedRuntime,
  Variables,
} from "@plinth/core";
import { AlarmClock } from "./alarm-clock.ts";
import { type Announcer, announcer } from "./announce.ts";
import type { BeforeWrite } from "./before-write.ts";
import { type Catalog, CatalogCache } from "./catalog.ts";
import type { Feature } from "./feature.ts";
import type { IdempotencyLock } from "./idempotency-lock.ts";
import type { Outbox } from "./outbox.ts";
import type { RequestBudget } from "./request-budget.ts";
import { Scheduler } from "./scheduler.ts";
import { Services } from "./services.ts";
import type { TraceContext } from "./trace.ts";

/** What outlives a request: settings and caches, but nothing that belongs to a connection. */
export interface Engine {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Absent: scrypt in JavaScript. */
  readonly passwords?: PasswordHasher | undefined;
  /** Absent: mails are not sent. */
  readonly mailer?: Mailer | undefined;
  /** Absent: text messages are not sent. */
  readonly sms?: SmsSender | undefined;
  /** Absent: no part of this engine keeps messages. */
  readonly outbox?: Outbox | undefined;
  /** Absent: the providers are asked at their own addresses. */
  readonly captcha?: CaptchaVerifier | undefined;
  /** The store of files, opened when it is first needed. Absent: no files can be stored. */
  readonly files?: (() => Promise<FileStore>) | undefined;
  /** Absent: SHA-256 in JavaScript. */
  readonly contentHash?: ContentHasher | undefined;
  /** Absent: `fetch` of the host. */
  readonly publicFetch?: PublicFetch | undefined;
  /** The codec for pictures, loaded when it is first needed. Absent: they are stored as they are. */
  readonly images?: (() => Promise<Images>) | undefined;
  /** The interpreter of functions, loaded when it is first needed. Absent: the host runs none. */
  readonly sandbox?: (() => Promise<Sandbox>) | undefined;
  /** Runs functions without the sandbox. Absent: the host cannot. */
  readonly trusted?: TrustedRuntime | undefined;
  /** `context.db` of functions, in the words of the API, with the rights of this context. Absent: they reach no items. */
  readonly functionData?: ((acting: RequestContext) => Readonly<Record<string, SandboxCall>>) | undefined;
  /** Absent: nothing outside of the database knows whether it has had an operator. */
  readonly claims?: ClaimRecord | undefined;
  /** Absent: consumers poll for changes. */
  readonly bus?: Bus | undefined;
  readonly announcer?: Announcer | undefined;
  readonly catalogs: CatalogCache;
  readonly features: readonly Feature[];
  /** Absent: nothing is asked before items are written. */
  readonly beforeWrite?: BeforeWrite | undefined;
  /** Additional databases, by the names that collections use for them. */
  readonly databases: ReadonlyMap<string, SqlDriver>;
  /** Runs the features' schedules. */
  readonly scheduler: Scheduler;
  /** Services that live as long as the process. */
  readonly services: Services;
}

type EngineOptions = Omit<
  Engine,
  "catalogs" | "beforeWrite" | "announcer" | "scheduler" | "services" | "features" | "databases"
> &
  Partial<Pick<Engine, "features" | "databases">> & {
    /** As `Platform.answersWait` says. */
    readonly answersWait?: boolean | undefined;
    /** As `Platform.alarm` says. */
    readonly alarm?: Alarm | undefined;
  };

export function createEngine({ answersWait, alarm, ...options }: EngineOptions): Engine {
  const { bus, clock, config, log, features = [], databases = new Map<string, SqlDriver>() } = options;
  const running = config.sending === "paused" ? features.filter(({ sends }) => !sends) : features;
  const schedules = running.flatMap((feature) => feature.schedules ?? []);
  const beforeWrite = features.find((feature) => feature.beforeWrite)?.beforeWrite;
  const alarms = alarm && new AlarmClock(alarm, clock, log);
  return {
    ...options,
    features,
    beforeWrite,
    databases,
    ...(bus && { announcer: announcer(bus, log) }),
    catalogs: new CatalogCache(clock, beforeWrite),
    scheduler: new Scheduler(schedules, clock, log, answersWait, alarms),
    services: new Services(),
  };
}

/** The context of one request: the caller, the workspace and the connection. The first argument of every service. */
export interface RequestContext {
  readonly engine: Engine;
  /** The built-in database, with Plinth's own tables. For items use `source`. */
  readonly driver: SqlDriver;
  /** The database that stores a collection's items. */
  source(collection: Pick<Collection, "source">): DataSource;
  readonly principal: Principal;
  readonly catalog: Catalog;
  /** One clock reading for the whole request. */
  readonly variables: Variables;
  readonly now: number;
  /** What the reads of this request may take together. Absent for work without a request: each read then has its own. */
  readonly budget?: RequestBudget | undefined;
  /** Whether this request has written: it cannot begin again then. Absent for work without a request. */
  readonly writes?: { committed: boolean } | undefined;
  /** Who sent the request, beside what it may do. Absent for work without a request. */
  readonly client?: RequestClient | undefined;
  /** The request that a change in the log names. Absent for work without a request. */
  readonly requestId?: string | undefined;
  /** The run that this is a part of. Absent: the request itself, see `traceOf`. */
  readonly trace?: TraceContext | undefined;
  /** Waits for work that a write starts. */
  readonly host?: { readonly defer: Defer } | undefined;
  /** Accepts work that may continue after the answer. Absent where the host would not wait for it. */
  readonly defer?: Defer | undefined;
  /** Makes this request's write happen once, even if it is sent again: see `write/idempotency.ts`. */
  readonly lock?: IdempotencyLock;
}

/** A host name that means one workspace. */
export interface WorkspaceHost {
  readonly name: string;
  readonly workspaceId: string;
}

/** What one upload has in memory, for a limit of all. */
export interface UploadBytes {
  /** Throws `OVERLOADED` where uploads have too many. */
  grow(bytes: number): void;
  /** Its bytes do not come slowly. */
  renew(): void;
  release(): void;
}

/** What is read only when it is asked for. */
export interface RequestClient {
  /** The workspace's own host name by which the request came. */
  readonly workspaceHost?: WorkspaceHost | undefined;
  /** If the host knows it. */
  readonly clientAddress: string | undefined;
  /** Receives the limit that the request counts against, for the headers of its answer. */
  limited?(state: LimitState): void;
  /** Counts what an upload has in memory. `end` is called where others lack the room and its bytes come slowly. */
  holdUpload?(end: () => void): UploadBytes;
  /** The token of the caller's session as it is stored: without its signature. */
  readonly sessionToken: string | undefined;
  /** The `cookie` header. */
  readonly cookies?: string | null;
  /** The `traceparent` header. */
  readonly traceparent?: string | null;
}
