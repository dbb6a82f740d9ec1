import { ACTIONS, expectedOneOf, invalid, isObject, type Json, type SandboxLimits } from "@plinth/core";
import { allowedHost } from "../../kernel/allowed-hosts.ts";
import { WRITE_EVENTS } from "../../kernel/before-write.ts";
import * as z from "../../kernel/zod.ts";
import { queueName } from "../../write/job-input.ts";
import { FILE_ACTIONS } from "./file-actions.ts";
import { FUNCTION_RUNTIMES } from "./runtimes.ts";
import { sourceMapText } from "./source-map.ts";
import { triggersSchema } from "./triggers.ts";

/** Bytes of UTF-8. */
export const MAX_SOURCE_BYTES = 256 * 1024;

export const FUNCTION_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type FunctionMethod = (typeof FUNCTION_METHODS)[number];

const MEGABYTE = 1024 ** 2;

/** What no function can change. */
const FIXED = { valueBytes: MEGABYTE, logBytes: 64 * 1024, callsInFlight: 64 };

export const functionName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,59}$/, "must begin with a letter and have only a-z, 0-9 and -, at most 60 characters");

const roleName = /^role:[a-z][a-z0-9_-]{0,62}$/;

const as = z
  .string()
  .max(70)
  .refine(
    (value) => value === "caller" || value === "system" || roleName.test(value),
    "expected caller, system or role:NAME",
  )
  .describe("By whose rules it reads and writes items: those of the caller, of a role, or `system`: none");

const auth = z
  .string()
  .max(70)
  .refine(
    (value) => ["public", "signed_in", "key", "admin"].includes(value) || roleName.test(value),
    "expected public, signed_in, key, admin or role:NAME",
  )
  .describe("Who may call it");

const startable = z.string().regex(/^function:[a-z][a-z0-9-]{0,59}$/, "expected a queue or function:NAME");

const limit = (least: number, most: number, byDefault: number, unit: string) =>
  z.int().min(least).max(most).default(byDefault).describe(unit);

export const permissionsSchema = z.strictObject({
  as: as.default("caller"),
  actions: z
    .array(
      z.string().refine((value) => (ITEM_ACTIONS as readonly string[]).includes(value), {
        error: ({ input }) => expectedOneOf(ITEM_ACTIONS, input),
      }),
    )
    .max(10)
    .default([])
    .describe("What it may do with items"),
  collections: z
    .array(z.string().max(100))
    .max(100)
    .default([])
    .describe("With the items of which collections; none by default"),
  fetch: z.array(allowedHost).max(50).default([]).describe("Hosts that it may ask by https; none by default"),
  jobs: z
    .array(z.union([queueName, startable]))
    .max(50)
    .default([])
    .describe("Queues in which it may store tasks, and `function:NAME` for those that it may start; none by default"),
  kv: z
    .array(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "must begin with a letter and have only a-z, 0-9, `_` and -"))
    .max(20)
    .default([])
    .describe("Namespaces of values that it may keep: `own`, and names that it shares with others; none by default"),
  mail: z.boolean().default(false).describe("Whether it may send mails"),
  files: z
    .strictObject({
      buckets: z.array(z.string().max(100)).max(50).default([]).describe("With the files of which buckets"),
      actions: z.array(z.enum(FILE_ACTIONS)).max(FILE_ACTIONS.length).default([]),
    })
    .prefault({})
    .describe("What it may do with files, by the same rules as with items; nothing by default"),
  ai: z
    .union([z.boolean(), z.array(z.string().min(1).max(200)).max(50)])
    .default(false)
    .describe("Whether it may ask the workspace's AI models, or which of them"),
});

export const ITEM_ACTIONS = ACTIONS.filter((action) => ["read", "create", "update", "delete"].includes(action));

/** As browsers write it. */
const origin = z
  .string()
  .max(300)
  .refine((text) => text === "*" || (/^https?:/.test(text) && URL.parse(text)?.origin === text), {
    error: "must be * or an origin such as https://shop.example.com",
  });

const corsSchema = z.strictObject({
  origins: z.array(origin).max(50).default([]).describe("Of pages elsewhere that may call it; `*`: of all"),
  headers: z
    .array(z.string().regex(/^[a-z0-9-]{1,60}$/, "must be a header's name in lower case"))
    .max(20)
    .default([])
    .describe("Headers that such pages may send, beside `content-type` and those of credentials"),
});

const httpSchema = z.strictObject({
  auth: auth.default("admin"),
  methods: z.array(z.enum(FUNCTION_METHODS)).min(1).max(5).default(["POST"]),
  cors: corsSchema.prefault({}),
});

const limitsSchema = z.strictObject({
  wall_ms: limit(10, 30_000, 10_000, "Milliseconds from start to end, waiting included"),
  cpu_ms: limit(10, 2000, 200, "Milliseconds of computing, of a fast machine"),
  memory_mb: limit(1, 64, 16, "Megabytes of its objects"),
  calls: limit(1, 1000, 200, "Calls of `db` and `fetch`"),
});

const beforeSchema = z
  .array(
    z.strictObject({
      collection: z.string().max(100),
      events: z.array(z.enum(WRITE_EVENTS)).min(1).max(WRITE_EVENTS.length),
    }),
  )
  .max(20)
  .describe("Before which writes of items it is asked, to refuse or amend them; none by default");

const runtimeSchema = z
  .enum(FUNCTION_RUNTIMES)
  .describe(
    "What runs it: `sandbox`, which nothing gets out of, or `trusted`, which is faster, and where the operator allows it",
  );

export const functionSettingsSchema = z.strictObject({
  runtime: runtimeSchema.default("sandbox"),
  permissions: permissionsSchema.prefault({}),
  http: httpSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  triggers: triggersSchema.prefault({}),
  before: beforeSchema.default([]),
});

export type FunctionSettings = z.output<typeof functionSettingsSchema>;

const NOTHING = permissionsSchema.parse({});
const NO_PAGES = corsSchema.parse({});
const NEVER = triggersSchema.parse({});

/** Stored settings. What an older server has not stored is not allowed. */
export function storedSettings(text: string): FunctionSettings {
  const stored = JSON.parse(text) as Omit<FunctionSettings, "before" | "runtime"> &
    Partial<Pick<FunctionSettings, "before" | "runtime">>;
  return {
    runtime: "sandbox",
    before: [],
    ...stored,
    triggers: { ...NEVER, ...stored.triggers },
    permissions: { ...NOTHING, ...stored.permissions },
    http: { ...stored.http, cors: stored.http.cors ?? NO_PAGES },
  };
}

/** A section that is given takes the place of the one that the source exports in its `config`. */
export const deploySchema = z.strictObject({
  source: z.string().min(1, "must not be empty").describe("One JavaScript module with a default export"),
  source_map: sourceMapText.optional(),
  runtime: runtimeSchema.optional(),
  permissions: permissionsSchema.optional(),
  http: httpSchema.optional(),
  limits: limitsSchema.optional(),
  triggers: triggersSchema.optional(),
  before: beforeSchema.optional(),
});

export type Deployment = z.output<typeof deploySchema>;
export type GivenSettings = Omit<Deployment, "source" | "source_map">;

/** What a version may do: as its source says in `config`, and as the deployment says in its place. */
export function settingsFrom(config: unknown, given: GivenSettings): FunctionSettings {
  if (config !== undefined && !isObject(config as Json)) throw invalid("source", "config: expected an object");
  const sections = Object.entries(given).filter(([, section]) => section !== undefined);
  const parsed = functionSettingsSchema.safeParse({
    ...(config as object | undefined),
    ...Object.fromEntries(sections),
  });
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues as [z.core.$ZodIssue];
  throw invalid("source", `${["config", ...path].join(".")}: ${message}`);
}

/** Of the lines that run when a source is checked, before its own limits are known. */
export const CHECK_LIMITS: SandboxLimits = sandboxLimits(
  functionSettingsSchema.parse({ limits: { cpu_ms: 500, memory_mb: 64 } }),
);

export const rollbackSchema = z.strictObject({ version: z.int().min(1) });

export const secretSchema = z.strictObject({ value: z.string().max(8192) });

export function sandboxLimits({ limits }: FunctionSettings): SandboxLimits {
  const { wall_ms, cpu_ms, memory_mb, calls } = limits;
  return { ...FIXED, wallMs: wall_ms, cpuMs: cpu_ms, memoryBytes: memory_mb * MEGABYTE, calls };
}
