// The architecture as data: which part may import which, who may use whose package, and who may use a runtime's API.

export interface Part {
  name: string;
  files: string;
  /** Names of the parts that it may import, besides itself. */
  may: readonly string[];
}

/**
 * The engine's layers, lowest first, and the layers that each depends on. A layer may import those and everything below
 * them.
 */
const ENGINE_LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  expressions: ["kernel"],
  access: ["kernel"],
  changelog: ["kernel"],
  read: ["access"],
  commit: ["read"],
  runs: ["commit"],
  write: ["read", "access", "commit"],
  identity: ["commit"],
  deployed: ["identity"],
  ai: ["identity"],
  rules: ["write", "identity"],
  schema: ["rules", "commit"],
  transfer: ["write", "read"],
  history: ["write", "identity", "changelog"],
  triggers: ["write", "identity", "changelog", "runs"],
  realtime: ["read", "access", "identity", "commit", "changelog"],
};

function layersBelow(layer: string): string[] {
  return [...new Set(ENGINE_LAYERS[layer]!.flatMap((below) => [below, ...layersBelow(below)]))];
}

function engineLayers(may: readonly string[]): Part[] {
  return Object.keys(ENGINE_LAYERS).map((layer) => ({
    name: `engine/${layer}`,
    files: `packages/engine/src/${layer}/**`,
    may: [
      ...layersBelow(layer).map((below) => `engine/${below}`),
      ...may,
      ...(layer === "transfer" ? ["formats"] : []),
    ],
  }));
}

/** A file belongs to the first part that matches it. Scripts, tests and bench belong to none and may use everything. */
export const PARTS: readonly Part[] = [
  { name: "entries", files: "apps/server/src/entries/**", may: ["platform", "app"] },
  { name: "platform", files: "apps/server/src/platform/**", may: ["settings", "adapters", "core"] },
  { name: "http", files: "apps/server/src/http/**", may: ["context", "engine", "core"] },
  {
    name: "middleware",
    files: "apps/server/src/middleware/**",
    may: ["http", "context", "settings", "engine", "core"],
  },
  // Protocols do not import each other either.
  { name: "protocols", files: "apps/server/src/protocols/**", may: ["http", "context", "engine", "formats", "core"] },
  // Pages call the API as programs do, so they import no protocol.
  {
    name: "pages",
    files: "apps/server/src/pages/**",
    may: ["http", "context", "engine", "core"],
  },
  { name: "context", files: "apps/server/src/{incoming-request,context,database,version}.ts", may: ["engine", "core"] },
  {
    name: "settings",
    files: "apps/server/src/{config,config-*,setting,settings,settings-*,database-url}.ts",
    may: ["core"],
  },
  {
    name: "app",
    files: "apps/server/src/**",
    may: ["protocols", "pages", "http", "middleware", "context", "settings", "engine", "core"],
  },
  ...engineLayers(["db", "auth", "core"]),
  {
    name: "engine",
    files: "packages/engine/**",
    may: [...Object.keys(ENGINE_LAYERS).map((layer) => `engine/${layer}`), "db", "core"],
  },
  { name: "formats", files: "packages/formats/**", may: ["core"] },
  { name: "db", files: "packages/db/**", may: ["core"] },
  { name: "auth", files: "packages/auth/**", may: ["core"] },
  { name: "adapters", files: "packages/adapters-*/**", may: ["core"] },
  { name: "conformance", files: "packages/conformance/**", may: ["core"] },
  { name: "client", files: "packages/client/**", may: ["core"] },
  { name: "admin", files: "apps/admin/**", may: ["client", "formats", "core"] },
  { name: "cli", files: "packages/cli/**", may: ["formats", "core"] },
  { name: "core", files: "packages/core/**", may: [] },
];

/**
 * Adapters are independent, except that those of a dialect map rows and errors as the adapter that is named after it
 * does.
 */
export const DIALECT_ADAPTERS: readonly string[] = ["adapters-sqlite", "adapters-postgres"];

/** Packages that only some parts may import. */
export const OWNERS: readonly { packages: string; parts: readonly string[] }[] = [
  { packages: "drizzle-orm", parts: ["db"] },
  { packages: "{better-auth,@better-auth/*}", parts: ["auth"] },
  {
    packages: "{hono,@hono/*}",
    parts: ["entries", "platform", "http", "middleware", "protocols", "pages", "context", "app"],
  },
  {
    packages: "zod",
    parts: ["engine", "http", "middleware", "protocols", "pages", "settings", "app", "platform", "admin"],
  },
];

/**
 * Packages that cost each start of a server more than most processes use of them: there, one file imports such a package, and the others that file.
 * Types cost nothing. Settings are read at the start in any case, and import nothing of the engine.
 */
export const WRAPPED: readonly { packages: string; where: string; but: string; by: string; as: string }[] = [
  {
    packages: "zod",
    where: "{packages/{engine,auth},apps/server}/src/**",
    but: "apps/server/src/{config,config-*,setting,settings,settings-*}.ts",
    by: "packages/engine/src/kernel/zod.ts",
    as: "@plinth/engine/zod",
  },
];

/**
 * Where a runtime may be named: the entries, the platforms, the vendors' adapters, a store of files, and the programs
 * that people run.
 */
export const RUNTIME_PATHS =
  "{apps/server/src/{entries,platform},packages/adapters-*,packages/cli,packages/client/src/file-store,scripts,tests,bench}/**";

/** Tests of any part may use everything that their package declares. */
export const TEST_FILE = /\.test\.(ts|tsx|mjs)$|^(apps|packages)\/[^/]+\/(test|src\/testing)\//;

/**
 * Files whose exported names may also be declared elsewhere: hosts choose those of the entries, the type of a field
 * those of the field types, the language those of the messages, and the client's are for programs that see none of the
 * server's.
 */
export const NAMED_ELSEWHERE: readonly string[] = [
  "apps/server/src/entries/**",
  "apps/admin/**",
  "packages/core/src/fields/*.ts",
  "apps/server/src/pages/messages/*/*.ts",
  "packages/client/**",
];

export const FORBIDDEN_GLOBALS: readonly string[] = [
  "process",
  "Bun",
  "Deno",
  "Buffer",
  "__dirname",
  "__filename",
  "require",
];
/** Written as they appear: an object and its member. */
export const FORBIDDEN_MEMBERS: readonly (readonly [object: string, member: string])[] = [
  ["globalThis", "__env__"],
  ["navigator", "userAgent"],
];
/** A comparison with one of these tests which runtime it is on. */
export const HOST_NAMES: readonly string[] = [
  "bun",
  "deno",
  "workers",
  "workerd",
  "cloudflare",
  "vercel",
  "netlify",
  "lambda",
  "edge-runtime",
];

export const LINES = { file: 300, entry: 40 };

/** Generated files; their first line has to say so. */
export const GENERATED: readonly string[] = ["docs/status.md", "docs/not-yet.md", "**/*.gen.ts"];

/** Texts that must not remain in any file. */
export const TRACES: readonly { name: string; pattern: RegExp }[] = [
  { name: "a path of one machine", pattern: /(?<![\w.:/-])\/(?:home|Users|root|work)\/[\w.-]/ },
  { name: "a path of one machine", pattern: /\b[A-Z]:\\Users\\/ },
  { name: "the address of a registry", pattern: /https?:\/\/(?:registry\.|npm\.pkg\.|[\w.-]*artifactory)/ },
  { name: "a registry's credentials", pattern: /_authToken\s*=/ },
];

/** Where field types may be named: their folder. Pages' scripts and the adapters' suites are outside callers. */
export const FIELDS_FOLDER = "packages/core/src/fields/**";
export const FIELD_TYPE_PATHS =
  "{packages/{core,db,engine,formats,auth,cli,client,adapters-*}/src,apps/server/src/{http,protocols,middleware}}/**";
export const FIELDS_AT_WORK = "packages/{core,db,engine,formats}/**";
/**
 * What may be compared with a word that is also a field type's name: conditions and principals have a `kind`, files a
 * `format`, values inside JSON are compared `as` one of three, columns have a storage class and an engine's own
 * type, and built-in collections a `system`.
 */
export const OTHER_VOCABULARIES: readonly string[] = [
  "kind",
  "format",
  "as",
  "storageOf",
  "system",
  "storage",
  "columnType",
  "typeof",
];
