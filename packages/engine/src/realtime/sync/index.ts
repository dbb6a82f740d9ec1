export { type SyncAnswer, type SyncRequest, syncAnswer } from "./answer.ts";
export { checkSync, followSync } from "./follow.ts";
export type { ShapeInput } from "./shape.ts";
