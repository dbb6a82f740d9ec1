import type { FilePlace } from "./file-place.ts";
import type { MailAddress } from "./mail-address.ts";
import type { PrivateHosts } from "./outgoing.ts";
import type { OperatorProvider } from "./sign-in-providers.ts";

/** The variables that a program is started with. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Who may deploy functions that run without the sandbox: nobody, owners of the server, or also owners and admins of workspaces, and secret keys. */
export const TRUSTED_FUNCTIONS = ["off", "owners", "members"] as const;

/** An endpoint with the API of OpenAI, and what each workspace may use of it. */
export interface ServerAi {
  readonly url: string;
  readonly key: string | undefined;
  readonly chatModels: readonly string[];
  readonly embeddingModels: readonly string[];
  /** Tokens within 24 hours. */
  readonly tokensADay: number;
}

/** The settings of one running instance, parsed once from the environment by the server's `config.ts`. */
export interface Config {
  /** TCP port; default 8787. */
  port: number;
  /** Address to listen on; default 127.0.0.1. */
  host: string;
  /** Where the embedded default stores its database and secret; default `./.data`. */
  dataDir: string;
  /** `sqlite://`, `pglite://`, `postgres://`, or `neon://` for Neon's HTTP protocol. Absent where a binding (D1) is the database. */
  databaseUrl?: string;
  /** Seconds for which a starting server waits for its database; default 60. */
  databaseWaitSeconds: number;
  /** Whether SQLite syncs each commit to the disk before it is acknowledged; default `full`. */
  sqliteSynchronous: "full" | "normal";
  /** Where `neon://` sends its requests; absent: Neon's own address for that host. */
  neonEndpoint?: string;
  /** The public address, without a trailing slash; default `http://HOST:PORT`. */
  appUrl: string;
  /** It is not set, and no more than where the first request went. */
  appUrlIsGuessed?: true;
  /** Root secret, ≥ 32 characters; every use derives its own key from it. */
  secret: string;
  /** Origins that browsers may call from with credentials; `*` allows any origin without credentials. */
  corsOrigins: readonly string[];
  /** Host names of this server besides that of `appUrl`, loopback names and addresses; `*` where the host checks them. */
  allowedHosts: readonly string[];
  /** Whether the admin is served; default true. */
  admin: boolean;
  /** What owners of the server may do by SQL; default `read`. */
  sqlConsole: "off" | "read" | "write";
  /** Who may deploy functions that run without the sandbox; default `off`. */
  trustedFunctions: (typeof TRUSTED_FUNCTIONS)[number];
  /** Whether what waits in the database is sent to other servers; default `on`. */
  sending: "on" | "paused";
  /** Each workspace is found at its slug as a subdomain of this. */
  workspaceDomain?: string;
  /** Each bucket has a host name below it, for clients of S3. */
  s3Domain?: string;
  /** Who may sign up once there is an operator. */
  signUp: "open" | "invite" | "closed";
  /** Domains whose addresses may sign up by themselves, in lower case; empty: all. */
  signUpDomains: readonly string[];
  /** `test`: hashes that take no time and protect nothing; default `scrypt`. */
  passwordHashing: "scrypt" | "test";
  /** Hours after its last use at which a session ends; default 168. */
  sessionIdleHours: number;
  /** Hours after sign-in at which a session ends, even if it is in use; default 2160. */
  sessionMaxHours: number;
  /** Minutes after a sign-in or a step-up in which sensitive acts are allowed; default 15. */
  stepUpMinutes: number;
  /** The address of an operator whose second factor is removed if it cannot be read; default none. */
  secondFactorReset?: string | undefined;
  /** Days that the security log keeps an event; default 365. */
  securityLogKeepDays: number;
  /** Days in which a deleted workspace can be restored; default 7. */
  workspaceGraceDays: number;
  /** The minimum number of characters of a new password, where a workspace does not say otherwise. */
  passwordMinLength: number;
  /** Whether the commonest passwords are refused, where a workspace does not say otherwise. */
  refuseCommonPasswords: boolean;
  /** Whether an account's email address must be confirmed before it can sign in. */
  emailVerification: "optional" | "required";
  /** How mails are sent: `smtp://…`, `resend:…`, `ses://…` or `console:`. Absent: the server sends no mail. */
  mailUrl?: string;
  /** The sender of all mails. */
  mailFrom: MailAddress;
  /** How text messages are sent: `twilio://…` or `console:`. Absent: the server sends none. */
  smsUrl?: string;
  /** Where in private networks, and over plain http, requests to addresses that workspaces configure may go. */
  privateAddresses: PrivateHosts;
  /** The endpoint for AI models of workspaces that have set none of their own. Absent: they have none. */
  ai?: ServerAi;
  /** Asked whether a challenge was solved, instead of its provider. */
  captchaVerifyUrl?: string;
  /** By which operators can sign in, beside their passwords. */
  operatorProviders: readonly OperatorProvider[];
  /** Pages elsewhere to which links in mails and sign-ins may lead, in full. */
  redirectUrls: readonly string[];
  /** Bytes of a JSON body; default 1 MiB. Import streams and is not bound by it. */
  maxBodyBytes: number;
  /** Milliseconds in which a body must arrive, and each kilobyte of an import; default 30,000. */
  bodyTimeoutMs: number;
  /** Items that one list request may return; default 1,000. */
  maxLimit: number;
  /** Items that one aggregate may read, or one list that filters by lists; default 1,000,000. */
  maxScan: number;
  /** Bytes of the items in one answer, about; default 16 MiB. */
  maxAnswerBytes: number;
  /** Time limit of a statement in milliseconds, where the database supports one; default 30,000. */
  statementTimeoutMs: number;
  /** The same for statements that change tables; default 600,000. */
  schemaTimeoutMs: number;
  /** Threads for slow reads of an SQLite file; absent: by the number of cores. */
  readThreads?: number;
  /** Streams, live queries and sockets that one process serves at a time; default 20,000. */
  maxStreams: number;
  /** Of those, streams of one user, key or anonymous address; default 2,000. */
  maxCallerStreams: number;
  /** Requests that may wait for each kind of slow read; default 256. */
  maxWaiting: number;
  /** Requests in progress at a time; default 10,000. */
  maxInFlight: number;
  /** Hours that the change log keeps a change, within `changesKeepRows`; default 168. */
  changesKeepHours: number;
  /** The most changes that the change log keeps; default 1,000,000. */
  changesKeepRows: number;
  /** Hours for which an idempotency key is kept, with its answer; default 24. */
  idempotencyKeepHours: number;
  /** Days that the log of runs keeps a run; default 7. */
  runsKeepDays: number;
  /** Runs of one name that are kept, such as of a function; of a kind ten times as many. Default 1,000. */
  runsKeepCount: number;
  /** Where files are kept; absent: nowhere, or in a bucket that the host binds. */
  files?: FilePlace;
  /** Bytes of all files of a workspace; absent: no limit. */
  filesMaxBytes?: number;
  /** Files of a workspace; absent: no limit. */
  filesMaxCount?: number;
  /** Hours for which the bytes of a file that was deleted or replaced are kept, so that it can be undone; default 24. */
  filesKeepDeletedHours: number;
  /** Pixels of a picture that is decoded or made; default 50,000,000. */
  imagesMaxPixels: number;
  /** Bytes of a picture that is decoded; default 32 MiB. */
  imagesMaxBytes: number;
  /** Pictures that one process decodes at a time; default 2. */
  imagesAtOnce: number;
  /** How often a hibernating host polls for its sockets without a wake-up, in seconds; default 30. */
  socketsPollSeconds: number;
  /** `redis://…`: wake-ups between processes use Redis. */
  redisUrl?: string;
  /** Sign-in and sign-up attempts per minute and client address; default 20. 0 turns the limits of attempts off. */
  authRateLimit: number;
  /** Trusted proxies in front, whose entries in `X-Forwarded-For` count; default 0. */
  trustProxy: number;
  logLevel: "debug" | "info" | "warn" | "error";
}
