import { isHostName, TRUSTED_FUNCTIONS } from "@plinth/core";
import * as z from "zod";
import { hostNames, origins, webAddress, whole } from "./config-parsers.ts";
import { redactUrl } from "./database-url.ts";
import type { Setting } from "./setting.ts";

export const LONG_SECRET = "at least 32 characters, for example from: openssl rand -hex 32";

const domain = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => isHostName(text), { error: "it must be a domain such as example.com" });

/** Where the server listens, what it keeps its data in, and by which addresses it is reached. */
export const SERVER_SETTINGS = {
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
  ADMIN: {
    description:
      "`off` serves no admin: `/admin` is an unknown path, and `/` is a page that says what runs here. See docs/admin.md.",
    default: "on",
    parse: z.enum(["on", "off"], { error: "it must be on or off" }).transform((text) => text === "on"),
  },
  SQL_CONSOLE: {
    description:
      "What owners of the server may do by SQL: `read`, `write` as well, or nothing (`off`); see docs/sql-console.md.",
    default: "read",
    parse: z.enum(["off", "read", "write"], { error: "it must be off, read or write" }),
  },
  TRUSTED_FUNCTIONS: {
    description:
      'Who may deploy functions that run without the sandbox, with `runtime: "trusted"`: nobody (`off`), owners of the server (`owners`), or also owners and admins of workspaces, and secret keys (`members`). Their code can do what the server\'s own can: see docs/trusted-functions.md. Read by the Bun and Node servers on Linux.',
    default: "off",
    parse: z.enum(TRUSTED_FUNCTIONS, { error: "it must be off, owners or members" }),
  },
  SENDING: {
    description:
      "`paused` sends nothing by itself: webhooks, `http` jobs, mails, text messages and messages of hooks wait in the database. For a copy that was restored to be looked at; see docs/operate.md.",
    default: "on",
    parse: z.enum(["on", "paused"], { error: "it must be on or paused" }),
  },
  WORKSPACE_DOMAIN: {
    description:
      "A domain below which each workspace has a host name, by its slug: with `example.com`, `acme.example.com` is the workspace `acme`. Its DNS entry `*.example.com` must lead to this server; see docs/workspaces.md. `localhost` works in browsers without one.",
    parse: domain,
  },
  S3_DOMAIN: {
    description:
      "A domain below which each bucket has a host name for clients of S3: with `s3.example.com`, `photos.s3.example.com` is the bucket `photos`. All paths of these hosts are S3's. Their DNS entries `s3.example.com` and `*.s3.example.com` must lead to this server; see docs/s3.md.",
    parse: domain,
  },
} as const satisfies Record<string, Setting>;
