import { invalid, type JsonObject, PlinthError, type SocketHandler, type SocketIo } from "@plinth/core";
import {
  type Connection,
  type EncodedBatch,
  type Grant,
  loggedOf,
  type Message,
  type ResumeState,
  type SubscriptionBroker,
  signedPosition,
  type WorkspaceSubscribers,
} from "@plinth/engine";
import { SocketCaller } from "./socket-caller.ts";
import {
  CLOSE,
  type ClientMessage,
  endsCredential,
  errorMessage,
  headOf,
  PONG,
  parseMessage,
  refIn,
  SocketMessages,
  type SubscriptionSource,
} from "./socket-messages.ts";
import {
  charsOf,
  type ResumePoint,
  type SocketState,
  SocketSubscription,
  subscriptionFrom,
} from "./socket-subscription.ts";
import { MAX_WAITING } from "./sse.ts";
import { type StreamCaller, subscribe } from "./subscription.ts";

export interface SocketOptions {
  readonly broker: SubscriptionBroker;
  /** The right that opened the socket; it is checked again for each subscription. */
  readonly grant: Grant;
  readonly address?: string | undefined;
  readonly io: SocketIo;
  /** The current caller, if it was just resolved. */
  readonly caller?: StreamCaller;
  /** Frees its reservation, if there is one. */
  readonly release?: (() => void) | undefined;
}

const MAX_SUBSCRIPTIONS = 100;
/** The limit for all source descriptions together. */
const MAX_SOURCE_CHARS = 128 * 1024;
/** All subscriptions may be opened, and closed, at once. */
const MAX_MESSAGES_A_SECOND = 200;
/** Consecutive invalid or excessive messages that are answered; the next one ends the socket. */
const MAX_FAULTS = 5;
/** Sockets do not report when they have caught up. */
const LOOK_MS = 20;

/** One socket's subscriptions: the streams' protocol as texts in both directions, on any host. */
export function openSocketSession(options: SocketOptions): SocketHandler {
  return new SocketSession(options);
}

/** Continues a socket that stayed open: each subscription is sent only what it has missed. */
export function restoreSocketSession(options: SocketOptions, state: SocketState): SocketHandler {
  const session = new SocketSession(options);
  for (const { ref, after, token, ...source } of state.subscriptions) session.subscribe(ref, source, { after, token });
  return session;
}

class SocketSession implements SocketHandler {
  readonly #subscriptions = new Map<string, SocketSubscription>();
  readonly #joined: Promise<WorkspaceSubscribers>;
  #release: (() => void) | undefined;
  readonly #caller: SocketCaller;
  #ended = false;
  #faults = 0;
  #second = 0;
  #messages = 0;

  constructor(private readonly options: SocketOptions) {
    this.#caller = new SocketCaller(options.broker, options.grant, options.caller);
    this.#release = options.release;
    this.#joined = this.#join();
    this.#joined.catch((error: unknown) => this.#end(this.#refusalOf(error)));
  }

  receive(data: string | ArrayBuffer): void {
    if (this.#ended) return;
    try {
      this.#count();
      const message = parseMessage(data);
      this.#faults = 0;
      this.#obey(message);
    } catch (error) {
      this.#refuse(refIn(data), this.#refusalOf(error));
      if (++this.#faults > MAX_FAULTS) this.#close(CLOSE.policy, "too many messages that cannot be understood");
    }
  }

  closed(): void {
    this.#ended = true;
    this.#subscriptions.clear();
    this.#release?.();
  }

  state(): JsonObject {
    const subscriptions = [...this.#subscriptions.values()].map(({ ref, source, position, token }) => ({
      ref,
      ...source,
      ...(position !== undefined && { after: position }),
      ...(token !== undefined && { token }),
    }));
    return { grant: this.options.grant, subscriptions } satisfies SocketState as unknown as JsonObject;
  }

  subscribe(ref: string, source: SubscriptionSource, resumeAt: ResumePoint): void {
    if (this.#subscriptions.has(ref)) {
      this.#refuse(ref, invalid("ref", "this name is in use; unsubscribe from it first"));
    } else if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      this.#refuse(ref, invalid("ref", `at most ${MAX_SUBSCRIPTIONS} subscriptions are allowed`, "LIMIT_EXCEEDED"));
    } else if (this.#chars + charsOf(source) > MAX_SOURCE_CHARS) {
      const message = `at most ${MAX_SOURCE_CHARS} characters in all of a socket's subscriptions`;
      this.#refuse(ref, invalid("subscribe" in source ? "subscribe" : "live", message, "LIMIT_EXCEEDED"));
    } else {
      const subscription = new SocketSubscription(ref, source, resumeAt);
      this.#subscriptions.set(ref, subscription);
      void this.#serve(subscription, resumeAt);
    }
  }

  get #chars(): number {
    return [...this.#subscriptions.values()].reduce((sum, { source }) => sum + charsOf(source), 0);
  }

  #count(): void {
    const second = Math.floor(this.options.broker.options.engine.clock.now() / 1000);
    if (second !== this.#second) this.#messages = 0;
    this.#second = second;
    if (++this.#messages > MAX_MESSAGES_A_SECOND) {
      throw new PlinthError("RATE_LIMITED", `At most ${MAX_MESSAGES_A_SECOND} messages per second are allowed.`, {
        field: "message",
      });
    }
  }

  #obey(message: ClientMessage): void {
    if ("ping" in message) this.#send([PONG]);
    else if ("unsubscribe" in message) this.#unsubscribe(message.ref);
    else if ("live" in message) this.subscribe(message.ref, { live: message.live }, { after: message.after });
    else this.subscribe(message.ref, { subscribe: message.subscribe }, { after: message.after });
  }

  #unsubscribe(ref: string): void {
    const subscription = this.#subscriptions.get(ref);
    if (!subscription) {
      this.#refuse(ref, new PlinthError("NOT_FOUND", "There is no such subscription.", { field: "ref" }));
      return;
    }
    this.#forget(subscription);
    this.#send([JSON.stringify({ ref, unsubscribed: true })]);
  }

  #forget(subscription: SocketSubscription): void {
    subscription.ended = true;
    // Another subscription may have the name by now.
    if (this.#subscriptions.get(subscription.ref) === subscription) this.#subscriptions.delete(subscription.ref);
  }

  async #serve(subscription: SocketSubscription, { after, token }: ResumePoint): Promise<void> {
    const connection = this.#connectionOf(subscription, token === undefined ? undefined : { position: after, token });
    try {
      const caller = await this.#caller.current(await this.#joined);
      if (connection.closed) return;
      const { broker, address } = this.options;
      const serve = async (as: StreamCaller) =>
        subscribe(broker, subscriptionFrom(as, subscription.source, after), connection, address);
      await serve(caller).catch(async (error: unknown) => {
        const renewed = await this.#caller.renewed(caller, error);
        if (!renewed) throw error;
        await serve(renewed);
      });
    } catch (error) {
      connection.end(this.#refusalOf(error));
    }
  }

  /** Subscribes on its own, so that it learns when its right ends or the server stops, whatever else is subscribed. */
  async #join(): Promise<WorkspaceSubscribers> {
    const { broker, grant, address } = this.options;
    this.#release ??= broker.limits.reserve({ principal: grant.principal, address });
    const subscribers = await broker.subscribersOf(grant.principal.workspaceId);
    const { engine, driver } = broker.options;
    const session = this;
    const connection: Connection = {
      get closed() {
        return session.#ended;
      },
      send: () => !session.#ended,
      end: (refusal) => session.#end(refusal),
    };
    const { revision } = await engine.catalogs.get(driver, subscribers.workspaceId);
    const topic = { kind: "socket", name: null } as const;
    subscribers.add({ topic, connection, grant, renew() {}, leave() {} }, revision);
    return subscribers;
  }

  #connectionOf(subscription: SocketSubscription, resume: ResumeState | undefined): Connection {
    const session = this;
    const { io } = this.options;
    const head = headOf(subscription.ref);
    return {
      resume,
      get closed() {
        return subscription.ended || session.#ended;
      },
      send(batch: EncodedBatch, signature) {
        if (this.closed) return false;
        const positionOf = ({ position }: Message) =>
          position === undefined ? undefined : signedPosition(position, signature);
        const [first] = batch.messages;
        const firstPosition = positionOf(first!);
        // A heartbeat; only a new position is worth sending.
        const idle = first!.json === "" && (firstPosition === undefined || firstPosition === subscription.position);
        for (const message of batch.messages) {
          subscription.position = positionOf(message) ?? subscription.position;
          subscription.token = message.token ?? subscription.token;
        }
        if (idle) return true;
        return session.#send(
          batch.as(`socket ${signature ?? ""}`, (messages) => new SocketMessages(messages, positionOf)).withHead(head),
        );
      },
      end(refusal) {
        if (this.closed) return;
        if (refusal && endsCredential(refusal)) return session.#end(refusal);
        session.#forget(subscription);
        if (refusal) session.#refuse(subscription.ref, refusal);
      },
      async drained() {
        while (!this.closed && io.bufferedAmount() > MAX_WAITING / 2) {
          await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        }
      },
    };
  }

  /** Ends all subscriptions: the right has ended, or the server stops. */
  #end(refusal: PlinthError | undefined): void {
    if (this.#ended) return;
    if (refusal && endsCredential(refusal)) {
      this.#send([...this.#subscriptions.keys()].map((ref) => errorMessage(ref, refusal)));
      this.#close(CLOSE.ended, refusal.code);
    } else if (refusal) {
      this.#close(CLOSE.tryAgainLater, refusal.code);
    } else {
      this.#close(CLOSE.goingAway, "the server stops; come back and resume");
    }
  }

  /** False: the socket has ended, or ends now, as its reader is too slow. */
  #send(texts: readonly string[]): boolean {
    const { io } = this.options;
    // Checked before sending, so that one large message alone disconnects nobody.
    if (!this.#ended && io.bufferedAmount() > MAX_WAITING) {
      this.#close(CLOSE.tryAgainLater, "too slow; come back and resume");
    }
    if (this.#ended) return false;
    const sendAll = (): void => {
      for (const text of texts) io.send(text);
    };
    if (texts.length > 1 && io.together) io.together(sendAll);
    else sendAll();
    return true;
  }

  /** Internal errors are logged, not sent. */
  #refusalOf(error: unknown): PlinthError {
    if (error instanceof PlinthError) return error;
    this.options.broker.options.engine.log.error("a socket could not be served", {
      ...loggedOf(this.options.grant),
      error,
    });
    return new PlinthError("INTERNAL");
  }

  #refuse(ref: string | undefined, error: PlinthError): void {
    this.#send([errorMessage(ref, error)]);
  }

  #close(code: number, reason: string): void {
    if (this.#ended) return;
    this.closed();
    this.options.io.close(code, reason);
  }
}
