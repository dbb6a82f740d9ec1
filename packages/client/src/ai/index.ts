/**
 * Where the functions and flows of a workspace ask AI models, for programs with a secret key.
 *
 * @module
 */
import { adminRequests } from "../admin-requests.ts";
import type { Client } from "../client.ts";
import type { RequestOptions, WriteOptions } from "../items/request.ts";
import type { PartOptions } from "../part-requester.ts";

export interface AiSettings {
  /** The workspace's own endpoint; null: it has none. */
  readonly url: string | null;
  readonly has_key: boolean;
  readonly chat_models: readonly string[];
  readonly embedding_models: readonly string[];
  /** Null: no limit. */
  readonly tokens_a_day: number | null;
  /** Whose endpoint is asked; null: none. */
  readonly from: "workspace" | "server" | null;
  readonly used: { readonly tokens: number; readonly until: string | null };
}

/** Null: those of the server count again. */
export interface AiSettingsChange {
  /** An endpoint with the API of OpenAI, such as `https://api.openai.com/v1`. Another one takes its key with it. */
  readonly url?: string | null;
  readonly key?: string | null;
  readonly chat_models?: readonly string[] | null;
  readonly embedding_models?: readonly string[] | null;
  readonly tokens_a_day?: number | null;
}

export interface TriedModel {
  readonly model: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error: string | null;
}

/** What came of asking the first model of each kind; null: there is none. */
export interface AiTest {
  readonly chat: TriedModel | null;
  readonly embedding: TriedModel | null;
}

export interface AiAdmin {
  get(options?: RequestOptions): Promise<AiSettings>;
  /**
   * @example
   * await aiSettings(client).change({ url: "https://api.openai.com/v1", key, chat_models: ["gpt-4o-mini"] });
   */
  change(settings: AiSettingsChange, options?: WriteOptions): Promise<AiSettings>;
  /** Asks the models for next to nothing. */
  test(options?: WriteOptions): Promise<AiTest>;
}

const PATH = "api/ai-settings";

/** The settings of the client's workspace, with the credentials of the client. */
export function aiSettings(client: Pick<Client, "request">, options: PartOptions = {}): AiAdmin {
  const { read, write, at } = adminRequests(client, options, "aiSettings", PATH);
  return {
    get: async (options = {}) => read(PATH, options, "get"),
    change: async (body, options = {}) => write({ method: "PATCH", path: PATH, body }, options, "change"),
    test: async (options = {}) => write({ method: "POST", path: at("test") }, options, "test"),
  };
}
