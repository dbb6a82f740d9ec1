/**
 * Plinth's own tables, declared once for every engine: they use only `text`, `integer` and `bigint`, which SQLite and
 * Postgres share (docs/decisions/002-one-system-schema.md). A test compares them with what the migrations make.
 */
export * from "./job-queue-schema.ts";
export * from "./job-schema.ts";
export * from "./log-schema.ts";
export * from "./run-schema.ts";
export * from "./sign-in-schema.ts";
export * from "./token-schema.ts";
export * from "./trigger-schema.ts";
export * from "./user-schema.ts";
export * from "./workspace-schema.ts";
