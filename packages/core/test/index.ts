/** Settings, and random schemas, rows and filters, for the property tests of this package and of its dependents. */
export * from "./arbitraries.ts";
export * from "./collections.ts";
export * from "./config.ts";
export * from "./filters.ts";
export * from "./until.ts";
