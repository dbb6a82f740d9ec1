/** What the fuzzer uses of the packages, by their sources: the tests package depends on core alone. */
export * from "../../apps/server/src/http/query/index.ts";
export { sseStream } from "../../apps/server/src/protocols/realtime/sse.ts";
export { d1 } from "../../packages/adapters-cloudflare/src/index.ts";
export { postgresJs } from "../../packages/adapters-postgres/src/postgres-js.ts";
export { memoryPglite } from "../../packages/adapters-postgres/test/index.ts";
export { bunSqlite } from "../../packages/adapters-sqlite/src/bun.ts";
export { createClient, type ItemEvent } from "../../packages/client/src/index.ts";
export { trimChanges } from "../../packages/db/src/index.ts";
export * from "../../packages/engine/src/index.ts";
export { parseFilter } from "../../packages/engine/src/read/query-parts.ts";
