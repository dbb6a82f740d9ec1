/**
 * Types for code that runs in the server as a function, and `defineFunction`, which gives them to its handler. Nothing of it needs a network or a
 * runtime, so that a bundle has only what the function uses.
 *
 * @module
 */
export type {
  ChatAnswer,
  ChatMessage,
  ChatRequest,
  EmbedAnswer,
  EmbedRequest,
  FunctionAi,
  TokenUsage,
} from "./ai.ts";
export { type BeforeWriteContext, defineBeforeWrite, type ItemWrite, type WriteAnswer } from "./before-write.ts";
export type { FunctionConfig, FunctionLimits, FunctionPermissions, FunctionTriggers, WritesAsked } from "./config.ts";
export {
  type Context,
  defineFunction,
  defineJob,
  type FunctionRequest,
  type FunctionUser,
  type JobContext,
} from "./context.ts";
export type { FunctionItems, FunctionOperation } from "./db.ts";
export type { FileBody, FunctionFile, FunctionFiles, FunctionFolderEntry, ReadFile } from "./files.ts";
export type {
  FunctionJob,
  FunctionJobs,
  FunctionMail,
  FunctionValue,
  FunctionValues,
} from "./host-calls.ts";
