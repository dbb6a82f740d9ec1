import { join } from "node:path";
import { DEFAULT_WORKSPACE_ID, type JsonObject } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { Miniflare } from "miniflare";
import { SECRET } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { WORKER_OBJECTS, workerOptions } from "../support/workerd.ts";

/** A Worker in workerd, with its objects, whose memory can be taken away. */
export interface ObjectInstance {
  readonly url: string;
  readonly key: string;
  /** Throws where the answer is no success. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<JsonObject>;
  /** Around Plinth, in D1. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  socket(headers?: Record<string, string>): Promise<Client>;
  /** Takes the object out of memory, as the runtime does after 10 s without work; its sockets stay open. */
  evict(): Promise<void>;
  /** Which instances of the object have woken so far. */
  instances(): string[];
  rested(): number;
  stop(): Promise<void>;
}

/** The other end of a socket. */
export interface Client {
  readonly messages: JsonObject[];
  readonly closed: { code: number } | undefined;
  send(message: object): void;
  /** Waits for it; messages of earlier calls count too. */
  until(found: (message: JsonObject) => boolean): Promise<JsonObject>;
  close(): void;
}

const NAME = "workers-object";
const CLASS = WORKER_OBJECTS.WORKSPACES.className;

export interface ObjectInstanceOptions {
  readonly objects: boolean;
  /** An hour, so that no alarm helps where none is wanted. */
  readonly lookSeconds?: number;
  /** Absent: D1. */
  readonly databaseUrl?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startObjectInstance(options: ObjectInstanceOptions): Promise<ObjectInstance> {
  let logs = "";
  const miniflare = new Miniflare(
    workerOptions(join(ROOT, "dist/workers"), {
      name: NAME,
      port: 0,
      bindings: {
        PLINTH_SECRET: SECRET,
        LOG_LEVEL: "debug",
        AUTH_RATE_LIMIT: "0",
        SOCKETS_POLL_SECONDS: String(options.lookSeconds ?? 3600),
        ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
        ...options.settings,
      },
      d1Databases: ["DB"],
      ...(options.objects && { durableObjects: WORKER_OBJECTS }),
      handleStructuredLogs: ({ message }) => {
        logs += `${message}\n`;
      },
    }),
  );
  const url = String(await miniflare.ready).replace(/\/$/, "");
  const database = await miniflare.getD1Database("DB");
  let key = "";

  const ask: ObjectInstance["ask"] = async (method, path, body, headers = { "x-api-key": key }) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} gave ${response.status} ${text.slice(0, 300)}`);
    return (text === "" ? {} : JSON.parse(text)) as JsonObject;
  };

  await fetch(`${url}/health`);
  const setup = (): string | undefined => /[?&#]token=([\w.~-]+)/.exec(logs)?.[1];
  await until(() => setup() !== undefined, "the setup link");
  const signUp = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-plinth-setup-token": setup()! },
    body: JSON.stringify({ name: "Op", email: "op@x.test", password: "correct horse battery" }),
  });
  const bearer = { authorization: `Bearer ${signUp.headers.get("set-auth-token")}` };
  key = ((await ask("POST", "/api/keys", { name: "test", kind: "secret" }, bearer)).data as { key: string }).key;

  return {
    url,
    key,
    ask,
    async sql(text) {
      return (await database.prepare(text).all()).results as Record<string, unknown>[];
    },
    socket: (headers = { "x-api-key": key }) => connect(`${url.replace("http", "ws")}/api/realtime/socket`, headers),
    async evict() {
      const name = `changes:${DEFAULT_WORKSPACE_ID}`;
      await miniflare.unsafeEvictDurableObject(NAME, CLASS, { name, webSockets: "hibernate" }).catch((error: Error) => {
        if (!error.message.includes("not currently running")) throw error;
      });
    },
    instances: () => [...logs.matchAll(/workspace woke up.*?"instance":"([\w-]+)"/g)].map(([, id]) => id!),
    rested: () => [...logs.matchAll(/workspace hibernates/g)].length,
    stop: () => miniflare.dispose(),
  };
}

async function connect(url: string, headers: Record<string, string>): Promise<Client> {
  const socket = new WebSocket(url, { headers } as never);
  const messages: JsonObject[] = [];
  let closed: { code: number } | undefined;
  socket.addEventListener("message", ({ data }) => messages.push(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => {
    closed = { code };
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("close", () => reject(new Error("the socket was refused")));
  });
  return {
    messages,
    get closed() {
      return closed;
    },
    send: (message) => socket.send(JSON.stringify(message)),
    async until(found) {
      await until(() => messages.some(found), `among ${JSON.stringify(messages)}`);
      return messages.find(found)!;
    },
    close: () => socket.close(),
  };
}
