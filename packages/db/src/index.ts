export * from "./sql/ddl.ts";
export type { SqlDialect } from "./sql/dialect.ts";
export { compileCount, compileFind, describeCondition } from "./sql/find.ts";
export { postgres } from "./sql/postgres.ts";
export { sqlite } from "./sql/sqlite.ts";
export * from "./store.ts";
export * from "./system/database.ts";
export { migrate } from "./system/migrate.ts";
export * as system from "./system/schema.ts";
