export { serveBunStatement } from "@plinth/adapters-sqlite/bun";
