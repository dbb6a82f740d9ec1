export { type SyncAnswer, type SyncRequest, syncAnswer } from "./answer.ts";
export type { ShapeInput } from "./shape.ts";
