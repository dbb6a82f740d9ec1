export * from "./config.ts";
export * from "./errors.ts";
export * from "./platform.ts";
export * from "./ports.ts";
export * from "./principal.ts";
export * from "./schema.ts";
export * from "./sql-driver.ts";
