export { syncAnswer } from "./answer.ts";
export { type SyncFigures, syncFigures } from "./figures.ts";
export { checkSync, followSync } from "./follow.ts";
export type { ShapeInput } from "./shape.ts";
export type { SyncAnswer, SyncRequest } from "./types.ts";
