import type { Config } from "../config.ts";
import type { JsonObject } from "../schema.ts";
import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { Defer } from "./defer.ts";
import type { Log } from "./log.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import type { SqlDriver } from "./sql-driver.ts";

/** The ports that one runtime supplies. Made once by `platform/<host>.ts`, used by `createApp`. */
export interface Platform {
  /** The target's name, for the start page and logs: `bun`, `node`, `deno`, `workers` … */
  readonly name: string;
  readonly config: Config;
  /**
   * The built-in data source. With a driver of lifetime `process` every call gives the same driver;
   * with lifetime `request` each call opens one, and the app closes it after the response.
   */
  database(): Promise<SqlDriver>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * How long an answer may last. Absent: as long as its reader. `bounded`: some seconds, streamed; `buffered`: the same,
   * and nothing arrives before its end. There the change log is polled within each request.
   */
  readonly streams?: "bounded" | "buffered";
  /** Absent: better-auth's own scrypt. */
  readonly passwords?: PasswordHasher;
}

/** What a host knows of one request; passed as the second argument of `app.fetch`. */
export interface RequestHost {
  defer: Defer;
  /** The peer's address, where the host tells; proxies' headers are not consulted for it. */
  readonly remoteAddress?: string | undefined;
  /**
   * Makes a WebSocket of the request, which has asked for one; absent where the host has none. `open` is called when the
   * socket can be written to, and never where the handshake fails. The app answers with the response that this gives. `topic` is the bus's for the caller's
   * workspace: a host may hand the request over to where that is heard, and then never calls `open`.
   */
  upgrade?(open: (io: SocketIo) => SocketHandler, topic: string): Response | Promise<Response>;
}

/** One WebSocket, as a host hands it over. */
export interface SocketIo {
  /** Never waits, and does nothing once the socket has closed. */
  send(text: string): void;
  /** What is sent within goes out together, where the host can tell it so. */
  together?(work: () => void): void;
  /** Bytes that are still to go out. */
  bufferedAmount(): number;
  close(code: number, reason: string): void;
}

/** What a host tells about its WebSocket. */
export interface SocketHandler {
  receive(data: string | ArrayBuffer): void;
  /** The socket is gone, from either side; or nobody here speaks for it any more. */
  closed(): void;
  /** All that `App.sockets` needs to go on with it. */
  state(): JsonObject;
}

/** For hosts that forget everything but the sockets that are open, and what they keep of each. */
export interface SocketHibernation {
  /** Goes on with sockets where their states were taken, in their order; undefined where the right ended: it is closed. */
  resume(kept: readonly { io: SocketIo; state: JsonObject }[]): Promise<(SocketHandler | undefined)[]>;
  /** Everything that is known has been sent, and nothing goes on that would be missed. */
  readonly idle: boolean;
  /** Stops all work for the sockets, whose states are final then. */
  hibernate(): void;
  /** A text that the host may answer by itself, and its answer. */
  readonly ping: readonly [ping: string, pong: string];
}

/** The running application, as every entry sees it. */
export interface App {
  fetch(request: Request, host: RequestHost): Response | Promise<Response>;
  /** Migrations have run and the database answers. Throws with a clear message otherwise. */
  ready(): Promise<void>;
  /** Does what is due of the features' own work, as much as a request may: for hosts that keep no process. */
  tick(): Promise<void>;
  /** The one-time link that makes the first operator, or null once there is one. */
  setupLink(): Promise<string | null>;
  readonly sockets: SocketHibernation;
  /** Ends the streams that would last as long as their readers, who come back elsewhere. */
  endStreams(): void | Promise<void>;
  close(): Promise<void>;
}
