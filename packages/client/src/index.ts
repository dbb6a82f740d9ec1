/**
 * A thin client of Plinth's streams, for browsers, Bun, Node, Deno and Workers.
 *
 * @module
 */
export { type Client, createClient } from "./client.ts";
export type { ItemEvent, ItemHandler } from "./items.ts";
export type { LiveHandler, LiveQuery, Op } from "./live.ts";
export { createTokens, type TokenOptions, type TokenPair, type TokenStore, type Tokens } from "./tokens.ts";
export { type ClientOptions, PlinthClientError, type State, type Subscription } from "./types.ts";
