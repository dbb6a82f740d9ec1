import type { Json, JsonObject } from "@plinth/core";
import { as, type KeyName, type UserName, type Who } from "./as.ts";
import { requireNoHashes } from "./hashes.ts";
import type { Outside } from "./outside.ts";
import type { Call, Reply, TargetInfo } from "./scenario.ts";
import { requireSnakeCase } from "./spelling.ts";
import { Talk } from "./talk.ts";

/** State that scenarios build upon: made once per run, over HTTP like everything else. */
export interface Fixture {
  readonly name: string;
  readonly needs?: readonly Fixture[];
  make(world: World): Promise<void>;
}

export interface Credentials {
  token(user: UserName): string;
  cookie(user: UserName): string;
  userId(user: UserName): string;
  key(key: KeyName): string;
}

export interface Target extends TargetInfo {
  fetch(request: Request): Promise<Response>;
  /** Absent: the host has no sockets, and refuses them. */
  openSocket?(url: URL, headers: Record<string, string>): WebSocket;
  readonly baseUrl: string;
  /** What the host may reach beside its database. */
  readonly outside?: Outside;
}

interface Session {
  token: string;
  cookie: string;
  userId: string;
  enteredAt: number;
}

const MAX_WAIT_MS = 120_000;

const MAX_PARTS = 20;

function readerOf(response: Response): ReadableStreamDefaultReader<string> {
  return response.body!.pipeThrough(new TextDecoderStream()).getReader();
}

/** One run's hold on the server: sends requests, keeps who is signed in, makes each fixture once. */
export class World implements Credentials {
  readonly #sessions = new Map<UserName, Session>();
  readonly #keys = new Map<KeyName, { key: string; id: string; expiresAt: number }>();
  readonly #made = new Map<string, Promise<void>>();

  constructor(readonly target: Target) {}

  get outside(): Outside {
    if (!this.target.outside) throw new Error("this run has no services beside the server");
    return this.target.outside;
  }

  async send(who: Who, call: Call): Promise<Reply> {
    let reply = await this.#ask(who, call);
    if (call.messages === undefined) return reply;
    const data: Json[] = [];
    for (const until = Date.now() + MAX_WAIT_MS; ; ) {
      const page = (reply.json ?? {}) as { data?: Json[]; next?: Json };
      if (reply.status !== 200 || !page.data || page.next === undefined) return reply;
      data.push(...page.data);
      const json = { ...page, data };
      if (data.length >= call.messages || Date.now() > until) return { ...reply, json, text: JSON.stringify(json) };
      reply = await this.#ask(who, { ...call, query: { ...call.query, after: page.next } });
    }
  }

  async #ask(who: Who, call: Call): Promise<Reply> {
    const { url, headers } = this.#address(who, call);
    const body = bodyOf(call);
    const init = { method: call.method, headers, redirect: "manual" as const };
    const request = new Request(url, body === undefined ? init : ({ ...init, body, duplex: "half" } as RequestInit));
    const response = await within(this.target.fetch(request), `${call.method} ${call.path}`);
    const text = await response.text();
    const reply = { status: response.status, headers: response.headers, text, json: parse(text) };
    requireSnakeCase(call.path, reply);
    requireNoHashes(call.path, reply);
    return reply;
  }

  #address(who: Who, call: Call): { url: URL; headers: Headers } {
    const url = new URL(call.path, this.target.baseUrl);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      url.searchParams.append(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    const headers = new Headers(who.headers(this));
    if (call.body !== undefined || call.raw !== undefined) headers.set("content-type", "application/json");
    for (const [name, value] of Object.entries(call.headers ?? {})) {
      if (value === "") headers.delete(name);
      else headers.set(name, value);
    }
    return { url, headers };
  }

  /** Undefined where the handshake is refused. */
  async connect(who: Who, call: Call): Promise<Talk | undefined> {
    const { url, headers } = this.#address(who, call);
    url.protocol = url.protocol.replace("http", "ws");
    const talk = new Talk(this.target.openSocket!(url, Object.fromEntries(headers)));
    return (await within(talk.opened, `the handshake of ${call.path}`)) ? talk : undefined;
  }

  /** For fixtures: what is not answered 2xx stops the run. */
  async must(who: Who, call: Call): Promise<JsonObject> {
    const reply = await this.send(who, call);
    if (reply.status < 200 || reply.status > 299) {
      const sent = JSON.stringify(call.body ?? null).slice(0, 300);
      throw new Error(
        `${call.method} ${call.path} as ${who.name} gave ${reply.status} ${reply.text.slice(0, 500)}; sent ${sent}`,
      );
    }
    return (reply.json ?? {}) as JsonObject;
  }

  need(fixture: Fixture): Promise<void> {
    let made = this.#made.get(fixture.name);
    if (!made) {
      made = this.#make(fixture);
      made.catch(() => {});
      this.#made.set(fixture.name, made);
    }
    return made;
  }

  /**
   * A stream's text until it holds `awaited`, read as it arrives; then the reader goes. Hosts that send a stream in parts
   * end each with `retry`: as browsers do, it is opened again after its last event.
   */
  async stream(who: Who, call: Call, awaited: string): Promise<Omit<Reply, "json">> {
    const { url, headers } = this.#address(who, call);
    headers.set("accept", "text/event-stream");
    const body = bodyOf(call) as string | undefined;
    const request = new Request(url, { method: call.method, headers, ...(body !== undefined && { body }) });
    const open = () => within(this.target.fetch(request.clone()), `the stream of ${call.path}`);
    let response = await open();
    let reader = readerOf(response);
    let text = "";
    for (let parts = 1; !text.includes(awaited); ) {
      const { done, value } = await within(reader.read(), `${awaited} in the stream of ${call.path}`);
      if (!done) {
        text += value;
        continue;
      }
      const last = [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1];
      if (last === undefined || !/^retry: \d+\s*$/m.test(text) || ++parts > MAX_PARTS)
        throw new Error(`the stream of ${call.path} gave ${response.status} and ended without ${awaited}: ${text}`);
      request.headers.set("last-event-id", last);
      response = await open();
      reader = readerOf(response);
    }
    await reader.cancel();
    const { status, headers: answered } = response;
    requireSnakeCase(call.path, { text, json: undefined });
    requireNoHashes(call.path, { text, json: undefined, headers: answered });
    return { status, headers: answered, text };
  }

  async #make(fixture: Fixture): Promise<void> {
    for (const other of fixture.needs ?? []) await this.need(other);
    try {
      await fixture.make(this);
    } catch (error) {
      throw new Error(`the fixture "${fixture.name}" could not be made: ${(error as Error).message}`);
    }
  }

  /** Signs up (or in) and keeps the session. */
  async enter(name: UserName, call: Call): Promise<void> {
    const reply = await this.send(as.anonymous, call);
    const body = (reply.json ?? {}) as { token?: Json; user?: { id?: Json } };
    const token = reply.headers.get("set-auth-token") ?? body.token;
    if (reply.status !== 200 || typeof token !== "string" || typeof body.user?.id !== "string") {
      throw new Error(`${call.path} for ${name} gave ${reply.status} ${reply.text.slice(0, 500)}`);
    }
    const cookie = reply.headers.getSetCookie().map((line) => line.split(";")[0]!);
    this.#sessions.set(name, { token, cookie: cookie.join("; "), userId: body.user.id, enteredAt: Date.now() });
  }

  async makeKey(name: KeyName, kind: "publishable" | "secret", more: { in?: string; livesMs?: number } = {}) {
    const expiresAt = more.livesMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + more.livesMs;
    const answer = await this.must(as.operator, {
      method: "POST",
      path: "/api/keys",
      body: { name, kind, ...(more.livesMs !== undefined && { expires_at: new Date(expiresAt).toISOString() }) },
      ...(more.in && { headers: { "x-plinth-workspace": more.in } }),
    });
    const { key, id } = answer.data as { key: string; id: string };
    this.#keys.set(name, { key, id, expiresAt });
  }

  token(user: UserName): string {
    return this.#session(user).token;
  }

  cookie(user: UserName): string {
    return this.#session(user).cookie;
  }

  userId(user: UserName): string {
    return this.#session(user).userId;
  }

  key(name: KeyName): string {
    return this.#key(name).key;
  }

  keyId(name: KeyName): string {
    return this.#key(name).id;
  }

  /** Resolves once the key's time is over. */
  outlive(name: KeyName): Promise<void> {
    return past(this.#key(name).expiresAt);
  }

  /** Resolves once it is so long ago that the user signed in. */
  untilAged(name: UserName, ms: number): Promise<void> {
    return past(this.#session(name).enteredAt + ms);
  }

  #session(user: UserName): Session {
    const session = this.#sessions.get(user);
    if (!session) throw new Error(`${user} has not signed in`);
    return session;
  }

  #key(name: KeyName) {
    const key = this.#keys.get(name);
    if (!key) throw new Error(`the key ${name} has not been made`);
    return key;
  }
}

function bodyOf(call: Call): string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined {
  if (call.raw !== undefined) return typeof call.raw === "function" ? call.raw() : call.raw;
  return call.body === undefined ? undefined : JSON.stringify(call.body);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

async function past(time: number): Promise<void> {
  const left = time - Date.now();
  if (left > -50) await new Promise((resolve) => setTimeout(resolve, left + 50));
}

function within<T>(work: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: no answer in ${MAX_WAIT_MS} ms`)), MAX_WAIT_MS);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
