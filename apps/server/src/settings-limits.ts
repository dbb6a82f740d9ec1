import * as z from "zod";
import { whole } from "./config-parsers.ts";
import { redactUrl } from "./database-url.ts";
import type { Setting } from "./setting.ts";

/** Limits, and how the server is operated. */
export const LIMIT_SETTINGS = {
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
      "Largest number of requests in progress at a time; one address gets half of it. Further ones are refused (503), except health checks and the files of the admin; see docs/load.md.",
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
  IDEMPOTENCY_KEEP_HOURS: {
    description:
      "Hours for which a write with an `Idempotency-Key` can be sent again without happening twice. As long as devices may be offline between a write and its answer; see docs/sync.md.",
    default: "24",
    parse: whole(1, 100_000),
  },
  RUNS_KEEP_DAYS: {
    description: "Days for which the log of runs keeps a run; see docs/runs.md.",
    default: "7",
    parse: whole(1, 3650),
  },
  RUNS_KEEP_COUNT: {
    description:
      "Runs of one name that the log keeps, such as of one function, whatever their age. Of each kind it keeps ten times as many in a workspace.",
    default: "1000",
    parse: whole(10, 1_000_000),
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
