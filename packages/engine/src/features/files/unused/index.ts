export { markUnused } from "./mark-unused.ts";
