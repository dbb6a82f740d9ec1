import type { Config } from "../config.ts";
import type { JsonObject } from "../json.ts";
import type { AdminFiles } from "./admin-files.ts";
import type { Alarm } from "./alarm.ts";
import type { Bus } from "./bus.ts";
import type { CaptchaVerifier } from "./captcha.ts";
import type { ClaimRecord } from "./claim-record.ts";
import type { Clock } from "./clock.ts";
import type { ContentHasher } from "./content-hash.ts";
import type { Defer } from "./defer.ts";
import type { FileStore } from "./file-store.ts";
import type { Images } from "./images.ts";
import type { Log } from "./log.ts";
import type { Mailer } from "./mailer.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import type { PublicFetch } from "./public-fetch.ts";
import type { Sandbox } from "./sandbox.ts";
import type { SmsSender } from "./sms-sender.ts";
import type { SqlDriver } from "./sql-driver.ts";
import type { TrustedRuntime } from "./trusted-runtime.ts";

/** Whether bytes of files are in the store, as the database has it. */
export type HasFiles = () => Promise<boolean>;

/** The ports of one runtime. Created once by `platform/<host>.ts`, used by `createApp`. */
export interface Platform {
  /** The target's name, for the start page and logs: `bun`, `node`, `deno`, `workers` … */
  readonly name: string;
  readonly config: Config;
  /**
   * The built-in data source. With a driver of lifetime `process` every call returns the same driver; with lifetime
   * `request` each call opens one, and the app closes it after the response.
   */
  database(): Promise<SqlDriver>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * How long an answer may last. Absent: as long as its reader. `bounded`: some seconds, streamed; `buffered`: the
   * same, but nothing arrives before its end. There each request polls the change log.
   */
  readonly streams?: "bounded" | "buffered";
  /** The host stops the process with the answer, which therefore waits for deferred work. Absent: that goes on by itself. */
  readonly answersWait?: boolean | undefined;
  /** Absent: a process that lasts, or the host's timer, finds what is due. */
  readonly alarm?: Alarm | undefined;
  /** Absent: the host has no place beside the database. */
  readonly claims?: ClaimRecord | undefined;
  /** Absent: the server sends no mail. */
  readonly mailer?: Mailer | undefined;
  /** Absent: the server sends no text messages. */
  readonly sms?: SmsSender | undefined;
  /** Absent: the providers are asked at their own addresses. */
  readonly captcha?: CaptchaVerifier | undefined;
  /** Whoever reads an answer has copied each piece when it asks for the second one after it: then its memory may be given back. Absent: nobody knows. */
  readonly copiesAnswers?: boolean | undefined;
  /** Pieces of answers that nobody else has: the host gives the memory of each back when it is sent. Absent: it does not know when. */
  readonly sentPieces?: Pick<WeakSet<Uint8Array>, "add"> | undefined;
  /** The memory of the process, in bytes. Absent: the host does not tell. */
  readonly memory?: (() => number) | undefined;
  /** Opens the store of files, or returns the one that is open. Absent: the server has no place for files. */
  readonly files?: ((hasFiles: HasFiles) => Promise<FileStore>) | undefined;
  /** Absent: SHA-256 in JavaScript. */
  readonly contentHash?: ContentHasher | undefined;
  /** Absent: the host's own `fetch`, which cannot say to which address a name resolves. */
  readonly publicFetch?: PublicFetch | undefined;
  /** Loads the codec for pictures, or returns the one that is loaded. Absent: the host has none. */
  readonly images?: (() => Promise<Images>) | undefined;
  /** Loads the interpreter of functions, or returns the one that is loaded. Absent: the host runs none. */
  readonly sandbox?: (() => Promise<Sandbox>) | undefined;
  /** Runs functions that the operator and who deploys them trust. Absent: the host cannot limit what they take. */
  readonly trusted?: TrustedRuntime | undefined;
  /** Absent: the admin is not served. */
  readonly admin?: AdminFiles | undefined;
  /** Absent: scrypt in JavaScript. */
  readonly passwords?: PasswordHasher;
}

/** A host's facts about one request; passed as the second argument of `app.fetch`. */
export interface RequestHost {
  defer: Defer;
  /** The peer's address, if the host knows it; never from proxies' headers. */
  readonly remoteAddress?: string | undefined;
  /**
   * Upgrades the request to a WebSocket; absent where the host cannot. `open` is called when the socket
   * can be written to, and never where the handshake fails. The app answers with the returned response. `topic` is the
   * bus's for the caller's workspace: a host may forward the request to the process that serves it, and then never
   * calls `open`.
   */
  upgrade?(open: (io: SocketIo) => SocketHandler, topic: string): Response | Promise<Response>;
}

/** One WebSocket of the host. */
export interface SocketIo {
  /** Never waits, and does nothing after the socket has closed. */
  send(text: string): void;
  /** Messages sent inside go out together, where the host supports it. */
  together?(work: () => void): void;
  /** Bytes that are not sent yet. */
  bufferedAmount(): number;
  close(code: number, reason: string): void;
}

/** The host's events of a WebSocket. */
export interface SocketHandler {
  receive(data: string | ArrayBuffer): void;
  /** The socket is closed, from either side; or another session serves it now. */
  closed(): void;
  /** All that `App.sockets` needs to continue it. */
  state(): JsonObject;
}

/** For hosts that keep only the open sockets in memory, and a saved state of each. */
export interface SocketHibernation {
  /**
   * Continues sockets from their saved states, in the same order; undefined where the right has ended and the socket is
   * closed.
   */
  resume(kept: readonly { io: SocketIo; state: JsonObject }[]): Promise<(SocketHandler | undefined)[]>;
  /** Everything known has been sent, and no work is in progress. */
  readonly idle: boolean;
  /** Stops all work for the sockets; their states are then final. */
  hibernate(): void;
  /** A text that the host may answer by itself, and its answer. */
  readonly ping: readonly [ping: string, pong: string];
}

/** Of a database before a start. */
export interface DatabaseState {
  /** Migrations that the next start applies to a database that an older version has made. */
  readonly pending: readonly string[];
  /** Migrations of a newer version. */
  readonly unknown: readonly string[];
  /** Its servers have had another secret. */
  readonly otherSecret: boolean;
}

/** The running application, as every entry sees it. */
export interface App {
  fetch(request: Request, host: RequestHost): Response | Promise<Response>;
  /** Migrations have run and the database answers. Throws with a clear message otherwise. */
  ready(): Promise<void>;
  /** Runs due background work of the features, within a request's limits: for hosts without a lasting process. */
  tick(): Promise<void>;
  /** The alarm rings: runs what is due, within the same limits, and sets the alarm for what is due next. */
  wake(): Promise<void>;
  /** How the database differs from what this version and its settings expect. Changes nothing. Throws where it cannot be used. */
  inspect(): Promise<DatabaseState>;
  /** The one-time link that makes the first operator, or null once there is one. */
  setupLink(): Promise<string | null>;
  readonly sockets: SocketHibernation;
  /**
   * The process will end: it is no longer ready, and ends the streams, whose readers then reconnect elsewhere, and the background
   * work. Resolves when what that was doing is done: a mail that was being sent would otherwise be sent twice.
   */
  windDown(): Promise<void>;
  close(): Promise<void>;
}
