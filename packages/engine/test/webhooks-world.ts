/** A workspace with a receiver of its webhooks, which answers as a test says. */
import { afterAll } from "bun:test";

import type { Config, SqlDriver } from "@plinth/core";

import {
  createWebhook,
  createWebhookSchema,
  listWebhookDeliveries,
  tickFeatures,
  updateWebhook,
  updateWebhookSchema,
} from "../src/index.ts";
import { type LogDatabases, type LogEngineOptions, openEngine, settled } from "./log-world.ts";

export interface ReceivedMessage {
  readonly path: string;
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly message: { type: string; timestamp: string; data: Record<string, unknown> };
}

export type Answers = (message: ReceivedMessage) => Response | Promise<Response>;

const SETTINGS: Partial<Config> = {
  appUrl: "http://localhost",
  authRateLimit: 0,
  secret: "a root secret for tests of webhooks",
  privateAddresses: true,
};

/** A program that receives messages. */
export function openReceiver(answers: Answers = () => new Response(null, { status: 204 })) {
  const received: ReceivedMessage[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const body = await request.text();
      const headers = Object.fromEntries(request.headers);
      const path = new URL(request.url).pathname;
      const message = { path, id: headers["webhook-id"]!, headers, body, message: JSON.parse(body) };
      received.push(message);
      return answers(message);
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    received,
    url,
    at: (path: string) => received.filter((one) => one.path === path),
    stop: () => server.stop(true),
  };
}

/** A process at a database, whose clock a test can set ahead. */
export async function openWebhooks(driver: SqlDriver, options: LogEngineOptions = {}) {
  let ahead = 0;
  const world = await openEngine(driver, {
    now: () => Date.now() + ahead,
    ...options,
    config: { ...SETTINGS, ...options.config },
  });
  const { ctx, engine } = world;
  const add = async (url: string, more: object = {}) => {
    const input = createWebhookSchema.parse({ name: "w", url, events: ["posts.*"], ...more });
    return createWebhook(await ctx(), input);
  };
  const change = async (id: string, more: object) => updateWebhook(await ctx(), id, updateWebhookSchema.parse(more));
  const deliveries = async (id: string) =>
    (await listWebhookDeliveries(await ctx(), id, { limit: 100 })).data.toReversed();
  /** Stores and sends what is due, some time later. */
  const tick = async (laterMs = 0) => {
    ahead += laterMs;
    await settled(driver);
    await tickFeatures(engine, driver);
  };
  return { ...world, add, change, deliveries, tick };
}

/** Opens a workspace with a receiver, over a database of this kind. */
export function webhooksOn(kind: LogDatabases) {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.splice(0)) await close();
  });

  return async function open(answers?: Answers) {
    const connect = await kind.createMigrated();
    const process = async () => {
      const driver = connect();
      closing.push(() => driver.close?.());
      return openWebhooks(driver);
    };
    const receiver = openReceiver(answers);
    closing.push(receiver.stop);
    const world = await process();
    await world.define();
    return { ...world, receiver, another: process };
  };
}
