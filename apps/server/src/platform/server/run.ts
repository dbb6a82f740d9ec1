import { join } from "node:path";
import process from "node:process";
import {
  type App,
  type Config,
  type DataError,
  type Defer,
  dataErrorOf,
  type Platform,
  type RequestHost,
  type SocketHandler,
  type SocketIo,
} from "@plinth/core";
import { ConfigError, configWarnings, type HostDefaults, listenUrl, parseConfig } from "../../config.ts";
import { DEVELOPMENT_URL, redactProviderUrl } from "../../config-mail.ts";
import { redactUrl } from "../../database-url.ts";
import { ALL_MAILERS } from "../smtp.ts";
import { lossNotice, SERVER_DATABASES, SQLITE } from "./database.ts";
import { type Deferred, trackDeferred } from "./deferred.ts";
import { writeError, writeFirst } from "./output.ts";
import { keptSecret } from "./secret-file.ts";
import { STATEMENT } from "./statement-command.ts";

/** How one runtime listens; the only difference between the servers. */
export interface Runtime {
  /** Why this version of the runtime is not supported. */
  unfit?(): string | undefined;
  platform(config: Config): Platform;
  /** Runs one statement of the SQL console, and ends the process. Absent: it cannot start processes of its own. */
  serveStatement?(): Promise<void>;
  listen(options: ListenOptions): Promise<Listener>;
}

export interface ListenOptions {
  host: string;
  port: number;
  handle(request: Request, peer: Peer): Response | Promise<Response>;
}

/** The sender of a request, as its runtime reports it. */
export interface Peer {
  /** Read only when needed, as it is slow on some runtimes. */
  remoteAddress(): string | undefined;
  /** Throws where the request is not a valid handshake. */
  upgrade: NonNullable<RequestHost["upgrade"]>;
}

export interface Listener {
  readonly port: number;
  /** Accepts no new connections; resolves when the last response has been sent. */
  drain(): Promise<void>;
}

/** Less than the 10 seconds after which supervisors kill: requests first, then what has to be closed. */
const DRAIN_MS = 9200;
const CLOSE_MS = 500;
/**
 * A proxy keeps connections open and may be sending a request on one. It learns from answers that they will close. In
 * steps, and not in one: after a pause of the whole process, what came meanwhile is read before the time is over.
 */
const FAREWELL_STEPS = 25;
const FAREWELL_STEP_MS = 20;
/** The argument that asks for findings about settings, files and the database, in place of a server. */
const CHECK = "--check";
const SERVER: HostDefaults = {
  databases: SERVER_DATABASES,
  mailers: ALL_MAILERS,
  fallback: SQLITE,
  filesFolder: (dataDir) => join(dataDir, "files"),
  keptSecret,
};

/**
 * A server process: settings, listen, migrate, serve, drain. The port comes before the database, so that a second start
 * beside a running one ends without touching its files.
 */
export async function runServer(runtime: Runtime, createApp: (platform: Platform) => App): Promise<void> {
  if (process.argv.includes(CHECK)) return (await import("./check.ts")).printCheck(runtime, SERVER, createApp);
  if (process.argv.includes(STATEMENT) && runtime.serveStatement) return runtime.serveStatement();
  await orExit(() => {
    const reason = runtime.unfit?.();
    if (reason) throw new Error(reason);
  });
  const config = await orExit(() => parseConfig(process.env, SERVER));
  for (const warning of configWarnings(process.env)) writeError(`plinth: ${warning}\n`);

  const started = Promise.withResolvers<App>();
  // A failed start is reported below; requests that wait for it need no second report.
  started.promise.catch(() => {});
  let deferred: Deferred | undefined;
  let running: App | undefined;
  const stopping = { begun: false };
  const serve = (app: App, request: Request, peer: Peer) => {
    const response = app.fetch(request, new Host(deferred!.defer, peer));
    return stopping.begun ? lastOnConnection(response) : response;
  };
  const listener = await orExit(() =>
    listen(runtime, config, (request, peer) =>
      running ? serve(running, request, peer) : started.promise.then((app) => serve(app, request, peer)),
    ),
  );

  const settings = withPort(config, listener.port);
  await orExit(async () => {
    const platform = runtime.platform(settings);
    deferred = trackDeferred(platform.log);
    const app = createApp(platform);
    stopOnSignal(() => {
      stopping.begun = true;
      return stop(listener, deferred!, app);
    });
    await whenReady(platform, app, () => {
      // Probes get an answer meanwhile, and all others a 503.
      running = app;
    });
    running = app;
    started.resolve(app);
    await printBanner(platform, app);
  });
}

/** Tells the client to send no further request on its connection. */
async function lastOnConnection(answer: Response | Promise<Response>): Promise<Response> {
  const response = await answer;
  if (response.status !== 101) response.headers.set("connection", "close");
  return response;
}

const RETRY_MS = 1000;

/** Waits for a database that cannot be reached yet, as it may be starting too. Other errors end the start. */
async function whenReady({ config }: Platform, app: App, onwait: () => void): Promise<void> {
  const { databaseUrl = "", databaseWaitSeconds } = config;
  const end = performance.now() + 1000 * databaseWaitSeconds;
  for (let tries = 0; ; tries++) {
    try {
      return await app.ready();
    } catch (error) {
      const cause = dataErrorOf(error);
      const url = `DATABASE_URL is ${redactUrl(databaseUrl)}`;
      // Its own words, such as those about a wrong password, name no setting.
      if (cause?.kind === "unavailable" && cause.cause && !cause.unreachable)
        throw new Error(`${url}: ${reasonOf(cause)}.`);
      if (!cause?.unreachable) throw error;
      const name = `${url}, but this database`;
      if (performance.now() >= end) {
        throw new Error(`${name} has not answered for ${databaseWaitSeconds} s: ${reasonOf(cause)}`);
      }
      if (tries === 0) {
        writeError(`plinth: ${name} does not answer (${reasonOf(cause)}); waiting up to ${databaseWaitSeconds} s.\n`);
        onwait();
      }
    }
    await sleep(RETRY_MS);
  }
}

function reasonOf({ message, cause }: DataError): string {
  const { message: own, code } = (cause ?? {}) as { message?: string; code?: string };
  return own || code || message;
}

class Host implements RequestHost {
  constructor(
    readonly defer: Defer,
    private readonly peer: Peer,
  ) {}
  get remoteAddress(): string | undefined {
    return this.peer.remoteAddress();
  }
  upgrade(open: (io: SocketIo) => SocketHandler, topic: string): Response | Promise<Response> {
    return this.peer.upgrade(open, topic);
  }
}

/** The most common start failures get their own message, the same on every runtime. */
async function listen(runtime: Runtime, { host, port }: Config, handle: ListenOptions["handle"]): Promise<Listener> {
  try {
    return await runtime.listen({ host, port, handle });
  } catch (error) {
    const { code, name, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || name === "AddrInUse") {
      throw new Error(`port ${port} on ${host} is in use; set PORT to another port, or stop the program that uses it.`);
    }
    if (code === "EACCES" || name === "PermissionDenied") {
      throw new Error(`this user may not listen on port ${port}; set PORT to a port above 1023.`);
    }
    throw new Error(`cannot listen on ${host}:${port}: ${message}`);
  }
}

/** Reports a failed start in one message, without a stack; then the process exits with 1. */
async function orExit<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    writeError(`plinth: ${explain(error)}\n`);
    process.exit(1);
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return error instanceof ConfigError || !(cause instanceof Error)
    ? error.message
    : `${error.message}: ${cause.message}`;
}

/** PORT=0 picks a free port, known only now. */
function withPort(config: Config, port: number): Config {
  if (config.port === port) return config;
  const appUrl = config.appUrl === listenUrl(config.host, config.port) ? listenUrl(config.host, port) : config.appUrl;
  return { ...config, port, appUrl };
}

async function printBanner(platform: Platform, app: App): Promise<void> {
  const { config } = platform;
  const lines = [
    `Plinth on ${platform.name}`,
    `  address   ${listenUrl(config.host, config.port)}`,
    `  database  ${redactUrl(config.databaseUrl ?? "")}`,
    `  mail      ${senderNotice(config.mailUrl, config, "none; set MAIL_URL to send mails")}`,
    `  sms       ${senderNotice(config.smsUrl, config, "none; set SMS_URL to send text messages")}`,
  ];
  const loss = lossNotice(config);
  if (loss) lines.push(`  note      ${loss}`);
  const link = await app.setupLink();
  if (link && platform.claims?.claimed()) {
    lines.push(
      "  note      This database is empty, but the one in its place before has had an operator. Is the right folder there?",
    );
  }
  if (link)
    lines.push(
      "",
      "  This server has no operator yet. The first person who opens this link becomes the operator:",
      `  ${link}`,
    );
  writeFirst(`${lines.join("\n")}\n\n`);
  // A listening parent process opens it in the browser: `npm start` at a terminal does.
  process.send?.({ open: link ?? listenUrl(config.host, config.port) });
}

function senderNotice(url: string | undefined, { appUrl }: Config, none: string): string {
  if (url === undefined) return none;
  return url === DEVELOPMENT_URL ? `written here, and shown at ${appUrl}/dev/inbox` : redactProviderUrl(url);
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) return signal === "SIGINT" ? process.exit(130) : undefined;
      stopping = true;
      void stop().then(
        () => process.exit(0),
        (error) => {
          writeError(`plinth: the server could not stop cleanly: ${explain(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

async function stop(listener: Listener, deferred: Deferred, app: App): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, DRAIN_MS);
  const wound = app.windDown();
  for (let step = 0; step < FAREWELL_STEPS; step++) await sleep(FAREWELL_STEP_MS);
  await Promise.race([Promise.all([wound, listener.drain()]).then(() => deferred.settled()), late.promise]);
  clearTimeout(timer);
  // Whatever does not answer cannot be taken leave of.
  const closed = await Promise.race([app.close().then(() => true), sleep(CLOSE_MS)]);
  if (closed !== true)
    writeError("plinth: stopped before all work was done, because the database or a mail server did not answer.\n");
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
