import { isHostName } from "@plinth/core";
import * as z from "zod";
import { redactProviderUrl } from "./config-mail.ts";
import {
  domains,
  hostNames,
  mailAddress,
  origins,
  pages,
  privateHosts,
  serviceAddress,
  webAddress,
  whole,
} from "./config-parsers.ts";
import { operatorProviders } from "./config-providers.ts";
import { redactUrl } from "./database-url.ts";

export interface Setting {
  /** One sentence for docs/configuration.md. */
  readonly description: string;
  readonly default?: string;
  /** When it must be set, in words. */
  readonly required?: string;
  /** Shows a wrong value in a message without revealing a secret. */
  readonly show?: (value: string) => string;
  /** Parses the text; the message completes the sentence "… it must be …". */
  readonly parse: z.ZodType<unknown, string>;
}

export const LONG_SECRET = "at least 32 characters, for example from: openssl rand -hex 32";

/** Every setting of Plinth: parsing and docs/configuration.md both use this table. */
export const SETTINGS = {
  PORT: {
    description: "TCP port to listen on; 0 chooses a free one. Read by the Bun, Node and Deno servers.",
    default: "8787",
    parse: whole(0, 65_535),
  },
  HOST: {
    description: "Address to listen on. `0.0.0.0` or `::` accepts connections from other machines.",
    default: "127.0.0.1",
    parse: z.string().regex(/^[\w.:%-]+$/, { error: "it must be an IP address or a host name, without a port" }),
  },
  DATA_DIR: {
    description: "Folder of the embedded database and the generated secret.",
    default: "./.data",
    parse: z.string(),
  },
  DATABASE_URL: {
    description:
      "The database: `sqlite://path`, `pglite://path`, `postgres://user:password@host/database`, or the same address with `neon://` for Neon over HTTP. By default SQLite in `DATA_DIR`; on Workers the D1 binding `DB`.",
    required: "on Vercel, Netlify and Lambda, and on Workers without a binding",
    show: redactUrl,
    parse: z.string(),
  },
  DATABASE_WAIT_SECONDS: {
    description:
      "Seconds for which a starting server waits for a database that does not answer yet; 0 does not wait. Read by the Bun, Node and Deno servers.",
    default: "60",
    parse: whole(0, 86_400),
  },
  SQLITE_SYNCHRONOUS: {
    description:
      "`full` syncs each commit to the disk before it is acknowledged. `normal` is faster on slow disks, and a power cut may then lose the last acknowledged writes; see docs/deploy.md. Read where SQLite is the database.",
    default: "full",
    parse: z.enum(["full", "normal"], { error: "it must be full or normal" }),
  },
  NEON_ENDPOINT: {
    description:
      "The address that `neon://` sends its requests to, for your own proxy. By default Neon's address for the host.",
    parse: z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""), {
      error: "it must be an address such as https://proxy.example.com/sql",
    }),
  },
  APP_URL: {
    description:
      "The public address of this server. By default `http://HOST:PORT`; on serverless hosts the address of the first request.",
    parse: webAddress,
  },
  PLINTH_SECRET: {
    description:
      "Root secret of at least 32 characters, from which every key is derived. With SQLite or PGlite it is generated and stored in `DATA_DIR/secret`.",
    required: "with any database that is not embedded",
    show: (value: string) => `(${value.length} characters)`,
    parse: z.string().min(32, { error: `it must be ${LONG_SECRET}` }),
  },
  CORS_ORIGINS: {
    description:
      "Origins whose pages may call with credentials, in full and separated by commas. `*` alone allows every origin, without credentials. By default only the same origin.",
    parse: origins,
  },
  ALLOWED_HOSTS: {
    description:
      "Further host names by which browsers reach this server, separated by commas. `APP_URL`, `localhost` and IP addresses always count. Pages of any other host may not write with a cookie: its name may have been pointed here by somebody else. `*` allows all; it is the default on serverless hosts, which check the name themselves.",
    parse: hostNames,
  },
  WORKSPACE_DOMAIN: {
    description:
      "A domain below which each workspace has a host name, by its slug: with `example.com`, `acme.example.com` is the workspace `acme`. Its DNS entry `*.example.com` must lead to this server; see docs/workspaces.md. `localhost` works in browsers without one.",
    parse: z
      .string()
      .transform((text) => text.toLowerCase())
      .refine((text) => isHostName(text), { error: "it must be a domain such as example.com" }),
  },
  SIGN_UP: {
    description:
      "Who may make an account once there is an operator: `open` for everyone, `invite` for people with an invitation, `closed` for nobody.",
    default: "open",
    parse: z.enum(["open", "invite", "closed"], { error: "it must be open, invite or closed" }),
  },
  SIGN_UP_DOMAINS: {
    description:
      "Domains whose addresses may sign up without an invitation, separated by commas. By default those of every domain.",
    parse: domains,
  },
  PASSWORD_HASHING: {
    description:
      "`scrypt`, or `test`: hashes that take no time and protect nothing, for automated tests. `test` is refused where `APP_URL` is not this machine, and accounts of the one cannot sign in with the other.",
    default: "scrypt",
    parse: z.enum(["scrypt", "test"], { error: "it must be scrypt or test" }),
  },
  PASSWORD_MIN_LENGTH: {
    description: "Smallest number of characters of a new password, from 8 to 64. A workspace can set another.",
    default: "8",
    parse: whole(8, 64),
  },
  COMMON_PASSWORDS: {
    description:
      "`refuse`: a new password may be neither one of the most common ones nor the account's address. Or `allow`. A workspace can set the other.",
    default: "refuse",
    parse: z
      .enum(["allow", "refuse"], { error: "it must be allow or refuse" })
      .transform((allowed) => allowed === "refuse"),
  },
  SESSION_IDLE_HOURS: {
    description: "Hours after its last use at which a session ends.",
    default: "168",
    parse: whole(1, 87_600),
  },
  SESSION_MAX_HOURS: {
    description: "Hours after sign-in at which a session ends, however much it is used.",
    default: "2160",
    parse: whole(1, 87_600),
  },
  STEP_UP_MINUTES: {
    description:
      "Minutes after a sign-in, or a repeated proof, in which a user may change the password, the address or the second factor.",
    default: "15",
    parse: whole(1, 1_440),
  },
  SECURITY_LOG_KEEP_DAYS: {
    description: "Days for which the security log keeps an event.",
    default: "365",
    parse: whole(1, 36_500),
  },
  WORKSPACE_GRACE_DAYS: {
    description: "Days in which a deleted workspace can be restored, unless the deletion names another number.",
    default: "7",
    parse: whole(0, 365),
  },
  EMAIL_VERIFICATION: {
    description:
      "Whether an account's email address must be confirmed before it can sign in: `optional` or `required`. Both send the mail that confirms it.",
    default: "optional",
    parse: z.enum(["optional", "required"], { error: "it must be optional or required" }),
  },
  MAIL_URL: {
    description:
      "How mails are sent: `smtp://user:password@host:587`, `smtps://…`, `resend:KEY`, `ses://ACCESS_KEY_ID:SECRET_ACCESS_KEY@region`, or `console:`, which only writes them to the log. By default `console:` where `APP_URL` is this machine, and no mail elsewhere. See docs/mail.md.",
    show: redactProviderUrl,
    parse: z.string(),
  },
  MAIL_FROM: {
    description: "The sender of all mails, such as `Example <no-reply@example.com>`.",
    required: "with `MAIL_URL`, except `console:`",
    parse: mailAddress,
  },
  SMS_URL: {
    description:
      "How text messages are sent: `twilio://ACCOUNT_SID:AUTH_TOKEN@SENDER`, where `SENDER` is a number such as `+15005550006`, a name, or a messaging service `MG…`; or `console:`, which only writes them to the log. By default `console:` where `APP_URL` is this machine, and no text messages elsewhere. See docs/sms.md.",
    show: redactProviderUrl,
    parse: z.string(),
  },
  PRIVATE_ADDRESSES: {
    description:
      "Hosts of this machine's private network that workspaces may configure as sign-in providers, token issuers and hooks, also over plain http, such as `keycloak.internal,10.0.0.7:8080`. `allow` permits all. Administrators of workspaces can then send requests there.",
    default: "refuse",
    parse: privateHosts,
  },
  CAPTCHA_VERIFY_URL: {
    description:
      "The address that is asked whether a challenge was solved, instead of the provider's own: a service with the same API, or a stand-in for tests. It may be in a private network, and http. See docs/captcha.md.",
    parse: serviceAddress,
  },
  OPERATOR_PROVIDERS: {
    description:
      'Providers by which operators can sign in, as a JSON list such as `[{"kind": "google", "client_id": "…", "client_secret": "…"}]`; see docs/providers.md. They find accounts of operators, and make none.',
    show: (value: string) => `(${value.length} characters)`,
    parse: operatorProviders,
  },
  REDIRECT_URLS: {
    description:
      "Pages elsewhere to which links in mails and sign-ins by a provider may lead, in full and separated by commas. A request may always name a path of this server.",
    parse: pages,
  },
  MAX_BODY_BYTES: {
    description: "Largest JSON body, in bytes. Imports are streamed and have no such limit.",
    default: "1048576",
    parse: whole(1024, 1_073_741_824),
  },
  BODY_TIMEOUT_MS: {
    description:
      "Milliseconds in which a JSON body must arrive, and each kilobyte of an import. A slower request is refused (408).",
    default: "30000",
    parse: whole(100, 86_400_000),
  },
  MAX_LIMIT: {
    description: "Largest number of items that one list returns.",
    default: "1000",
    parse: whole(1, 100_000),
  },
  MAX_SCAN: {
    description:
      "Query cost limit: the largest number of items that one aggregate may read, or one list whose filter or sort uses lists of related items; see docs/aggregates.md.",
    default: "1000000",
    parse: whole(1, 1_000_000_000),
  },
  MAX_ANSWER_BYTES: {
    description:
      "Largest size of the items in one answer or live query, in bytes, related items included. Exports are streamed and have no such limit.",
    default: "8388608",
    parse: whole(65_536, 1_073_741_824),
  },
  STATEMENT_TIMEOUT_MS: {
    description:
      "Milliseconds that one statement may take in Postgres; a longer one is refused. In SQLite the same limit holds for reads in threads. D1 and PGlite cannot interrupt a statement; see docs/limits.md.",
    default: "30000",
    parse: whole(1, 86_400_000),
  },
  SCHEMA_TIMEOUT_MS: {
    description:
      "The same for a statement that changes a collection's table: creating an index takes time with the items. Read with Postgres.",
    default: "600000",
    parse: whole(1, 86_400_000),
  },
  READ_THREADS: {
    description:
      "Threads that run slow reads of an SQLite file, so that other requests do not wait for them. By default one less than the machine has cores, from 2 to 4; 0 runs every read on the main thread. Read by the Bun, Node and Deno servers.",
    parse: whole(0, 64),
  },
  MAX_STREAMS: {
    description:
      "Largest number of streams, live queries and sockets that one process serves at a time. Further ones are refused (503).",
    default: "20000",
    parse: whole(1, 10_000_000),
  },
  MAX_CALLER_STREAMS: {
    description:
      "Of `MAX_STREAMS`, the most for one user, one key, or one address of callers without credentials. All callers without credentials together get half of `MAX_STREAMS`.",
    default: "2000",
    parse: whole(1, 10_000_000),
  },
  MAX_WAITING: {
    description:
      "Largest number of lists that wait for their turn, of exports and aggregates, and of imports. Further ones are refused (503); see docs/load.md.",
    default: "256",
    parse: whole(0, 100_000),
  },
  MAX_IN_FLIGHT: {
    description:
      "Largest number of requests in progress at a time; one address gets half of it. Further ones are refused (503), except health checks; see docs/load.md.",
    default: "10000",
    parse: whole(1, 1_000_000),
  },
  CHANGES_KEEP_HOURS: {
    description:
      "Hours for which the change log keeps a change. A reader with an older position has to start again (410).",
    default: "168",
    parse: whole(1, 1_000_000),
  },
  CHANGES_KEEP_ROWS: {
    description: "Largest number of changes that the change log keeps, whatever their age.",
    default: "1000000",
    parse: whole(1000, 1_000_000_000),
  },
  SOCKETS_POLL_SECONDS: {
    description:
      "Seconds between polls of the change log for a workspace with open sockets, to find writes by raw SQL. Read on Workers; see docs/deploy.md for its cost.",
    default: "30",
    parse: whole(1, 3600),
  },
  REDIS_URL: {
    description:
      "Redis, `redis://` or `rediss://`, through which several processes wake each other after a change. By default Postgres or SQLite do that themselves. Read by the Bun, Node and Deno servers.",
    show: redactUrl,
    parse: z.string().refine((text) => /^rediss?:$/.test(URL.parse(text)?.protocol ?? ""), {
      error: "it must be an address such as redis://localhost:6379",
    }),
  },
  AUTH_RATE_LIMIT: {
    description:
      "Sign-in and sign-up attempts, and requests for mails, per minute from one address; 0 turns it off, and the waits after wrong passwords of one account.",
    default: "20",
    parse: whole(0, 1_000_000),
  },
  TRUST_PROXY: {
    description:
      "Number of proxies in front of the server that add to `X-Forwarded-For`. Sign-in attempts, requests and streams are counted for the address that they report. 0 trusts none: behind a proxy all clients then share one count.",
    default: "0",
    parse: whole(0, 32),
  },
  LOG_LEVEL: {
    description: "Lowest level to log: `debug`, `info`, `warn` or `error`.",
    default: "info",
    parse: z.enum(["debug", "info", "warn", "error"], { error: "it must be debug, info, warn or error" }),
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
