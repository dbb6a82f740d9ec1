import { addressOf, bearerOf, send } from "./request.ts";
import { backoff, HELD_MS, type Message, type Stream, type StreamSink } from "./transport.ts";
import { type ClientOptions, PlinthClientError } from "./types.ts";

const PATH = "api/realtime/socket";
const OPEN_MS = 10_000;
const PING_MS = 20_000;
/** Two pings without an answer. */
const SILENCE_MS = 50_000;
/** A socket without subscriptions stays open this long for new ones. */
const LINGER_MS = 1000;
/** This many failed handshakes that the server would accept mean that a proxy in between allows no sockets. */
const MAX_BLOCKED = 2;

interface SocketMessage {
  readonly ref?: string;
  readonly id?: string;
  readonly data?: Message;
  readonly error?: { code: string; message: string; status: number; details?: { [name: string]: unknown } };
}

interface Follower {
  take(message: Message, position: string | undefined): void;
  lost(): void;
  end(refusal: PlinthClientError): void;
}

/** A client's one socket, with all its subscriptions. */
export class SharedSocket {
  readonly #options: ClientOptions;
  readonly #followers = new Map<string, Follower>();
  #socket: Promise<WebSocket> | undefined;
  /** The same, once it is open. */
  #current: WebSocket | undefined;
  #openedAt = 0;
  #pings: ReturnType<typeof setInterval> | undefined;
  #refs = 0;
  #failures = 0;
  #blocked = 0;
  #wake: (() => void) | undefined;
  /** This server, or a proxy in between, supports no sockets. */
  missing: boolean;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.missing = !(options.WebSocket ?? globalThis.WebSocket);
  }

  /** Feeds one stream until the socket breaks. */
  async follow(stream: Stream, sink: StreamSink, signal: AbortSignal): Promise<number> {
    let socket: WebSocket;
    try {
      this.#socket ??= this.#open();
      socket = await this.#socket;
    } catch (error) {
      sink.lost();
      if (error instanceof PlinthClientError) throw error;
      return 0;
    }
    if (signal.aborted) return 0;
    if (socket.readyState !== socket.OPEN) {
      // Its `close` event is about to follow.
      if (this.#current === socket) this.#lost(socket);
      sink.lost();
      return 0;
    }
    return new Promise((resolve, reject) => {
      const ref = String(++this.#refs);
      const leave = (): void => {
        this.#followers.delete(ref);
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ ref, unsubscribe: true }));
        this.#closeWhenIdle(socket);
        end();
      };
      const end = (error?: unknown): void => {
        signal.removeEventListener("abort", leave);
        if (error === undefined) resolve(0);
        else reject(error);
      };
      signal.addEventListener("abort", leave);
      this.#followers.set(ref, {
        take(message, position) {
          try {
            if (!sink.take(message, position)) leave();
          } catch (error) {
            // As with events: an error thrown by a handler is a failure, and the stream reconnects.
            end(error);
            leave();
          }
        },
        lost() {
          sink.lost();
          end();
        },
        end,
      });
      socket.send(JSON.stringify(requestOf(ref, stream)));
    });
  }

  hurry(): void {
    this.#failures = 0;
    this.#wake?.();
  }

  /**
   * Callers that arrive while it opens wait for the same socket; after a failure the next one waits longer: see
   * `#lost`.
   */
  async #open(): Promise<WebSocket> {
    try {
      if (this.#failures > 0) await this.#wait(backoff(this.#failures - 1));
      const address = await this.#address();
      const socket = await this.#connect(address).catch(() => this.#explain());
      this.#blocked = 0;
      this.#serve(socket);
      return socket;
    } catch (error) {
      this.#failures++;
      this.#socket = undefined;
      throw error;
    }
  }

  /** A browser's socket cannot send headers, so a client with a key or a token uses a ticket. */
  async #address(): Promise<URL> {
    const { key, tokens } = this.#options;
    const address = addressOf(this.#options, PATH);
    address.protocol = address.protocol.replace("http", "ws");
    const bearer = await bearerOf(this.#options);
    if (key !== undefined || bearer !== undefined) {
      const signal = AbortSignal.timeout(OPEN_MS);
      const known = { ...this.#options, ...(bearer !== undefined && !tokens && { token: bearer }) };
      const answer = await send(known, "api/realtime/tickets", { accept: "application/json", signal }, "POST");
      const { data } = (await answer.json()) as { data: { ticket: string } };
      address.searchParams.set("ticket", data.ticket);
    }
    return address;
  }

  #connect(address: URL): Promise<WebSocket> {
    const socket = new (this.#options.WebSocket ?? globalThis.WebSocket)(address);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.close(), OPEN_MS);
      socket.onopen = () => {
        clearTimeout(timer);
        resolve(socket);
      };
      socket.onclose = () => {
        clearTimeout(timer);
        reject(new Error("no socket"));
      };
    });
  }

  /** A failed handshake shows no reason; an ordinary request to the same address does. */
  async #explain(): Promise<never> {
    const signal = AbortSignal.timeout(OPEN_MS);
    const error = await send(this.#options, PATH, { accept: "application/json", signal }).catch((reason) => reason);
    const status = error instanceof PlinthClientError ? error.status : 0;
    if (status === 426) this.#blocked++;
    // 404: the server is older than sockets.
    if (status === 501 || status === 404 || this.#blocked >= MAX_BLOCKED) this.missing = true;
    throw new Error("no socket");
  }

  #serve(socket: WebSocket): void {
    this.#current = socket;
    this.#openedAt = Date.now();
    let heard = this.#openedAt;
    this.#pings = setInterval(() => {
      // A dead connection may take minutes to report it.
      if (Date.now() - heard > SILENCE_MS) this.#lost(socket);
      else socket.send('{"ping":true}');
    }, PING_MS);
    this.#closeWhenIdle(socket);
    socket.onclose = () => this.#lost(socket);
    socket.onmessage = ({ data }) => {
      heard = Date.now();
      this.#take(socket, JSON.parse(data as string) as SocketMessage);
    };
  }

  /** If a server accepts sockets and closes them again, the client retries less and less often. */
  #lost(socket: WebSocket): void {
    this.#drop(socket);
    if (Date.now() - this.#openedAt >= HELD_MS) this.#failures = 0;
    this.#failures++;
    const followers = [...this.#followers.values()];
    this.#followers.clear();
    for (const follower of followers) follower.lost();
  }

  /** New subscriptions get another socket, even while this one is still closing. */
  #drop(socket: WebSocket): void {
    clearInterval(this.#pings);
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    this.#current = undefined;
    this.#socket = undefined;
  }

  #take(socket: WebSocket, { ref, id, data, error }: SocketMessage): void {
    // Messages for a subscription that has ended are dropped.
    const follower = ref === undefined ? undefined : this.#followers.get(ref);
    if (!follower) return;
    if (error) {
      this.#followers.delete(ref!);
      this.#closeWhenIdle(socket);
      follower.end(new PlinthClientError(error.code, error.message, error.status, { details: error.details }));
    } else if (data || id !== undefined) {
      follower.take(data ?? { event: "position" }, id);
    }
  }

  #closeWhenIdle(socket: WebSocket): void {
    setTimeout(() => {
      if (this.#current === socket && this.#followers.size === 0) this.#drop(socket);
    }, LINGER_MS);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function requestOf(ref: string, stream: Stream): object {
  const { path, query, body, after } = stream.request();
  if (body) return { ref, live: body, after };
  const parameters = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = parameters.length > 0 ? `?${new URLSearchParams(parameters)}` : "";
  return { ref, subscribe: `/${path}${search}`, after };
}
