import {
  type AcceptedSocket,
  acceptSocket,
  answerBus,
  answerPings,
  isBusSocket,
  type ObjectStateLike,
  QUIET_MS,
  trySend,
} from "@plinth/adapters-cloudflare";
import type { App, Bus, Log, Platform, RequestHost, SocketHandler, SocketIo } from "@plinth/core";
import type { HibernatingDriver } from "../serverless/hibernating-driver.ts";
import { objectPlatform, type WorkersEnv } from "./platform.ts";
import { SavedStates } from "./saved-states.ts";

/** The runtime calls this; `new` may happen at any time, with sockets that another instance has accepted. */
export interface WorkspaceObject {
  fetch(request: Request): Promise<Response>;
  webSocketMessage(socket: AcceptedSocket, data: string | ArrayBuffer): Promise<void>;
  webSocketClose(socket: AcceptedSocket): void;
  webSocketError(socket: AcceptedSocket): void;
  alarm(): Promise<void>;
}

const CLIENTS = "client";
const ORIGIN = "origin";

/** How long it checks for more events before it hibernates. Only a timer keeps the runtime from unloading it. */
const AFTER_EVENT_MS = 1000;
/** How long isolates send nothing after they learned that there is no subscriber. */
const AFTER_OPENING_MS = QUIET_MS + 1000;
const TICK_MS = 100;
const RETRY_MS = 30_000;
const TRY_AGAIN_LATER = 1013;

interface Client {
  readonly socket: AcceptedSocket;
  readonly io: SocketIo;
  handler: SocketHandler | undefined;
  /** Its state differs from the saved one. */
  changed: boolean;
  /** It is about to hibernate: the next instance sends what is due from now on. */
  silent: boolean;
}

/** The app, for as long as the object is in memory. */
interface AppInstance {
  readonly app: App;
  readonly bus: Bus;
  readonly log: Log;
  /** How often it polls the log without a wake-up, for writes made outside Plinth and lost wake-ups. */
  readonly lookMs: number;
  readonly driver: HibernatingDriver;
}

/**
 * A workspace's Durable Object: its clients' sockets, and the wake-ups for subscribers elsewhere. It runs the same app
 * as the Worker while there is work, and hibernates otherwise. Then the runtime may unload it and the sockets stay
 * open; the next event creates another instance, which continues from the saved states.
 */
export function workspaceObject(
  createApp: (platform: Platform) => App,
): new (
  state: ObjectStateLike,
  env: WorkersEnv,
) => WorkspaceObject {
  return class {
    readonly #instance = crypto.randomUUID();
    readonly #states: SavedStates;
    #opened: Promise<AppInstance> | undefined;
    /** While it is awake. */
    #clients: Map<AcceptedSocket, Client> | undefined;
    #waking: Promise<AppInstance> | undefined;
    #timer: ReturnType<typeof setTimeout> | undefined;
    #awakeUntil = 0;
    #busy = 0;

    constructor(
      private readonly state: ObjectStateLike,
      private readonly env: WorkersEnv,
    ) {
      this.#states = new SavedStates(state);
    }

    async fetch(request: Request): Promise<Response> {
      const answer = await answerBus(this.state, request, (message) => this.#hear(message));
      if (answer) return answer;
      this.#rememberOrigin(request);
      return this.#during(AFTER_OPENING_MS, (instance) => instance.app.fetch(request, this.#hostOf(request, instance)));
    }

    async webSocketMessage(socket: AcceptedSocket, data: string | ArrayBuffer): Promise<void> {
      if (isBusSocket(this.state, socket)) return;
      try {
        await this.#during(AFTER_EVENT_MS, () => {
          const client = this.#clients?.get(socket);
          if (!client) return;
          this.#change(client);
          client.handler?.receive(data);
        });
      } catch {
        // Logged already. The client reconnects and resumes.
        socket.close(TRY_AGAIN_LATER, "UNAVAILABLE");
      }
    }

    webSocketClose(socket: AcceptedSocket): void {
      this.#clients?.get(socket)?.handler?.closed();
      this.#clients?.delete(socket);
      this.#states.forget(socket);
    }

    webSocketError(socket: AcceptedSocket): void {
      this.webSocketClose(socket);
    }

    async alarm(): Promise<void> {
      if (this.#sockets().length === 0) return;
      // A failure is logged, and retried.
      const lookMs = await this.#during(AFTER_EVENT_MS, (instance) => instance.lookMs).catch(() => RETRY_MS);
      await this.state.storage.setAlarm(Date.now() + lookMs);
    }

    /** Handles a wake-up. Returns whether there is a subscriber here to wake. */
    #hear(message: string): boolean {
      if (this.#sockets().length === 0) return false;
      const work = this.#during(AFTER_EVENT_MS, ({ bus }) => bus.publish(this.state.id.name ?? "", message));
      work.catch(() => {});
      return true;
    }

    #sockets(): AcceptedSocket[] {
      return this.state.getWebSockets(CLIENTS);
    }

    /** Works awake, and stays so for a while. */
    async #during<T>(stayMs: number, work: (instance: AppInstance) => T | Promise<T>): Promise<T> {
      this.#busy++;
      this.#timer ??= setTimeout(() => this.#tick(), TICK_MS);
      try {
        const instance = await this.#wake();
        return await work(instance);
      } finally {
        this.#busy--;
        this.#awakeUntil = Math.max(this.#awakeUntil, Date.now() + stayMs);
      }
    }

    #wake(): Promise<AppInstance> {
      this.#waking ??= this.#resume().catch((error: unknown) => {
        this.#clients = undefined;
        this.#waking = undefined;
        // biome-ignore lint/suspicious/noConsole: what failed may be what the log comes from.
        console.error(`plinth: the sockets of a workspace cannot be served: ${String(error)}`);
        throw error;
      });
      return this.#waking;
    }

    async #resume(): Promise<AppInstance> {
      this.#opened ??= this.#open().catch((error: unknown) => {
        this.#opened = undefined;
        throw error;
      });
      const instance = await this.#opened;
      instance.driver.work();
      const sockets = this.#sockets();
      this.#states.sweep(sockets);
      const clients = new Map<AcceptedSocket, Client>();
      const saved = sockets.flatMap((socket) => {
        const state = this.#states.read(socket);
        if (!state) {
          // Memory was lost without hibernation. Only the client knows its position.
          socket.close(TRY_AGAIN_LATER, "reconnect and resume");
          return [];
        }
        const client = this.#clientOf(socket);
        clients.set(socket, client);
        return [{ client, io: client.io, state }];
      });
      instance.log.debug("the object of a workspace woke up", { instance: this.#instance, sockets: saved.length });
      this.#clients = clients;
      const handlers = await instance.app.sockets.resume(saved);
      for (const [i, { client }] of saved.entries()) client.handler = handlers[i];
      return instance;
    }

    async #open(): Promise<AppInstance> {
      const origin = this.state.storage.kv.get(ORIGIN) as string;
      const [platform, driver] = await objectPlatform(this.env, origin);
      const { bus, log, config } = platform;
      return { app: createApp(platform), bus, log, lookMs: config.socketsPollSeconds * 1000, driver };
    }

    /** The public origin may not be configured, and an instance woken by an alarm has no request to learn it from. */
    #rememberOrigin(request: Request): void {
      const { kv } = this.state.storage;
      if (kv.get(ORIGIN) === undefined) kv.put(ORIGIN, new URL(request.url).origin);
    }

    #hostOf(request: Request, { app, lookMs }: AppInstance): RequestHost {
      const remoteAddress = request.headers.get("cf-connecting-ip");
      return {
        defer: (work) => this.#defer(work),
        ...(remoteAddress && { remoteAddress }),
        upgrade: (open) => {
          const { socket, response } = acceptSocket(this.state, [CLIENTS]);
          answerPings(this.state, ...app.sockets.ping);
          const client = this.#clientOf(socket);
          this.#clients?.set(socket, client);
          client.handler = open(client.io);
          this.#defer(this.#setAlarm(lookMs));
          return response;
        },
      };
    }

    #defer(work: Promise<unknown>): void {
      this.#busy++;
      work.catch(() => {}).finally(() => this.#busy--);
    }

    #clientOf(socket: AcceptedSocket): Client {
      const client: Client = {
        socket,
        handler: undefined,
        changed: false,
        silent: false,
        io: {
          send: (text) => {
            if (client.silent) return;
            this.#change(client);
            trySend(socket, text);
          },
          bufferedAmount: () => socket.bufferedAmount,
          close: (code, reason) => {
            this.#clients?.delete(socket);
            this.#states.forget(socket);
            socket.close(code, reason);
          },
        },
      };
      return client;
    }

    /**
     * The runtime unloads only hibernating objects. If it does so otherwise, an older state must not send messages
     * twice.
     */
    #change(client: Client): void {
      if (!client.changed) this.#states.outdate(client.socket);
      client.changed = true;
    }

    async #tick(): Promise<void> {
      this.#timer = undefined;
      const instance = this.#waking && (await this.#waking.catch(() => undefined));
      if (instance && this.#busy === 0 && Date.now() >= this.#awakeUntil && instance.app.sockets.idle)
        this.#hibernate(instance);
      if (this.#waking || this.#busy > 0) this.#timer ??= setTimeout(() => this.#tick(), TICK_MS);
    }

    /** From here on the runtime may unload all of this. */
    #hibernate({ app, driver, log }: AppInstance): void {
      const clients = [...(this.#clients?.values() ?? [])].filter(({ handler }) => handler);
      for (const client of clients) client.silent = true;
      app.sockets.hibernate();
      for (const { socket, handler } of clients) {
        this.#states.keep(socket, handler!.state());
        handler!.closed();
      }
      this.#clients = undefined;
      this.#waking = undefined;
      log.debug("the object of a workspace hibernates", { instance: this.#instance, sockets: clients.length });
      this.#defer(driver.hibernate());
    }

    /** From then on each alarm sets the next one, while there are sockets. */
    async #setAlarm(ms: number): Promise<void> {
      const { storage } = this.state;
      if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + ms);
    }
  };
}
