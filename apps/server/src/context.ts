import {
  type Awaitable,
  type Config,
  isSecure,
  type LimitState,
  type Platform,
  type PlinthError,
  type Principal,
  type RequestHost,
  type SqlDriver,
  uuidv7,
} from "@plinth/core";
import {
  type Credentials,
  clientAddress,
  type Engine,
  type Logged,
  loggedOf,
  type RequestClient,
  type RequestContext,
  type UploadBytes,
  type WorkspaceHost,
} from "@plinth/engine";
import type { Context } from "hono";
import type { Database } from "./database.ts";

/** The body of an answer that is made while it is read. */
export interface FileStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Settles when the file is sent, its reader has left, or nothing more can be read. */
  readonly ended: Promise<void>;
  /** Takes it from a reader that is too slow. */
  end(): void;
}

/** `c.env` is the state of the request. */
export interface AppEnv {
  Bindings: RequestState;
}

/** What all requests share. */
export interface AppParts {
  readonly platform: Platform;
  readonly engine: Engine;
  readonly database: Database;
  readonly admission: RequestLimits;
}

/** What may be slow: see `http/admission.ts`. */
export type LoadClass = "list" | "bulk" | "import" | "fetch";

/** The requests in progress. */
export interface RequestLimits {
  /** Starts the work of a request; of many that arrive at once, not all before the next health check. */
  start(request: Request, work: () => Awaitable<Response>): Awaitable<Response>;
  /** Throws when there are too many. Health checks always pass. Returns the address for which it is counted, if any. */
  enter(request: Request, host: RequestHost): string | undefined;
  /** Counts bytes of the body until the request ends. Throws when those in progress take too much memory. */
  hold(state: RequestState, headers: Headers, bytes: number): void;
  /** Counts what an upload has in memory. Throws when those in progress take too much, and none is so slow that it can be ended. */
  holdUpload(state: RequestState, headers: Headers, end: () => void): UploadBytes;
  /**
   * Begins to send an answer, and counts its bytes until it has ended. Throws when those that are being sent take too much
   * memory. Undefined: they need not be counted.
   */
  send(state: RequestState, headers: Headers, bytes: number, begin: () => FileStream): FileStream | undefined;
  leave(state: RequestState): void;
  /**
   * Does a part of a request in a slot of its own: what goes on after the first answer, or costs what only the body says. Throws where
   * too many wait, or the client has left.
   */
  inSlot<T>(c: Context<AppEnv>, load: LoadClass, work: () => Promise<T>): Promise<T>;
  figures(): Readonly<Record<string, LoadFigures>>;
}

/** What one request holds of the memory for bodies or answers. */
export interface HeldBytes {
  readonly address: string | undefined;
  bytes: number;
  /** It has ended; a last piece of a body may still arrive. */
  released: boolean;
}

/** How the requests of a route are counted. */
export interface TrackedRoute {
  readonly name: string;
  /** Its index among the groups. */
  readonly group: number;
  /** Streams and polls last as long as they like. */
  readonly timed: boolean;
}

/** Requests of one load. */
export interface LoadFigures {
  readonly running: number;
  readonly waiting: number;
  readonly refused: number;
  /** Their clients left before their turn. */
  readonly dropped: number;
}

/**
 * What the server knows about one request: `c.env`. One object with fixed fields; Hono's variables are a map, and each
 * read and write of one costs more than the routing of the request.
 */
export class RequestState implements RequestClient {
  readonly platform: Platform;
  readonly engine: Engine;
  readonly database: Database;
  readonly admission: RequestLimits;
  /** Of the first of the requests that are one, such as those with an idempotency key. */
  id: string;
  /** Set where a route was found. */
  route: TrackedRoute | undefined = undefined;
  /** Browsers reach the server over https. */
  readonly secure: boolean;
  /** The host name by which it came, if it is not one of the server's own. */
  requestedHost: string | undefined = undefined;
  /** The same, if it is below the domain of a protocol. */
  domainHost: string | undefined = undefined;
  /** Set before a route that needs the database. */
  driver!: SqlDriver;
  /** Set then too, where that host name means a workspace. */
  workspaceHost: WorkspaceHost | undefined = undefined;
  /** Set before a route that needs the caller, as `ctx` is. */
  principal!: Principal;
  ctx!: RequestContext;
  /** Who looks, where the principal is somebody else. */
  administrator: Principal | undefined = undefined;
  /** The browser sent its cookie automatically, perhaps for another site. */
  byCookie = false;
  /** The signed token of the caller's session, where that is the credential. */
  session: string | undefined = undefined;
  /** The body, once it was read. */
  bodyBytes: Uint8Array | undefined = undefined;
  /** Set by a streamed answer: settles when it no longer needs the connection. */
  streaming: Promise<unknown> | undefined = undefined;
  /** Its place among the requests of its load that run. */
  slot: { pause(): void; resume(): Promise<void> } | undefined = undefined;
  /** Which pages may read the answer, where the route decides it. */
  corsHeaders: Readonly<Record<string, string>> | undefined = undefined;
  /** The answer that was made with the headers of every answer. */
  complete: Response | undefined = undefined;
  /** The address among whose requests in progress this one is counted. */
  address: string | undefined = undefined;
  /** What its body counts for. */
  heldBytes: HeldBytes | undefined = undefined;
  /** How long the answer waits once the request is done, and is no longer counted. */
  pauseMs = 0;
  /** The limit that the request counts against. */
  limit: LimitState | undefined = undefined;
  #protocol: ProtocolForm | undefined = undefined;

  constructor(
    parts: AppParts,
    readonly host: RequestHost,
    private readonly request: Request,
    private readonly protocolOf: (path: string) => ProtocolForm,
    /** When it arrived, by `performance.now()`. */
    readonly began: number,
    /** The workspace that the path names, by slug or id. */
    readonly pathWorkspace?: string | undefined,
    /** The path says that an operator calls. */
    public asOperator = false,
  ) {
    this.platform = parts.platform;
    this.engine = parts.engine;
    this.database = parts.database;
    this.admission = parts.admission;
    this.id = uuidv7(parts.platform.clock.now());
    this.secure = isSecure(parts.platform.config);
  }

  limited(state: LimitState): void {
    this.limit = state;
  }

  holdUpload(end: () => void): UploadBytes {
    return this.admission.holdUpload(this, this.request.headers, end);
  }

  /** What every log line of the request says. */
  get logged(): Logged {
    return loggedOf({ requestId: this.id, principal: this.principal });
  }

  get clientAddress(): string | undefined {
    const { headers } = this.request;
    return clientAddress(this.engine.config, { headers, remoteAddress: this.host.remoteAddress });
  }

  get cookies(): string | null {
    return this.request.headers.get("cookie");
  }

  get traceparent(): string | null {
    return this.request.headers.get("traceparent");
  }

  get sessionToken(): string | undefined {
    return this.session?.split(".")[0];
  }

  /** The protocol of the path. */
  get protocol(): ProtocolForm {
    this.#protocol ??= this.protocolOf(pathOf(this.request.url));
    return this.#protocol;
  }

  set protocol(protocol: ProtocolForm) {
    this.#protocol = protocol;
  }
}

/** The URL may be one that cannot be parsed. */
function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? "";
}

/** How a protocol reads the caller's credentials, and how it answers where no route does. */
export interface ProtocolForm {
  /** The request's credentials, not yet verified. */
  credentials(headers: Headers): Credentials;
  errorResponse(error: PlinthError, requestId: string, request: Request): Response;
  readonly cors: CorsPolicy;
}

/** What pages of other origins may do. */
export interface CorsPolicy {
  /** Paths whose routes say themselves which pages may call, beside those that `origins` names. */
  readonly decidesItself?: (path: string) => boolean;
  /** The origins whose pages may call; `*` means all, and an empty list means no CORS headers. */
  origins(config: Config): readonly string[];
  /** Whether pages may send cookies; by default, only where not all origins are allowed. */
  readonly credentials?: boolean;
  readonly allowMethods?: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
}
