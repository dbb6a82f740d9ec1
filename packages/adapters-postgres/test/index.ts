export { memoryPglite } from "./memory-pglite.ts";
