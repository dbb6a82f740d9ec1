import { d1, type ObjectNamespaceLike, objectAlarm, objectBus, type R2BucketLike } from "@plinth/adapters-cloudflare";
import { memoryBus } from "@plinth/adapters-memory";
import type { AdminFiles, Config, Env, FileStore, Images, Platform, RequestHost, SqlDriver } from "@plinth/core";
import { REMOTE_DATABASES } from "../databases.ts";
import { openFiles } from "../file-stores.ts";
import { nodeHash } from "../node-hash.ts";
import { openOnce } from "../open-once.ts";
import { bundledSandbox } from "../sandbox.ts";
import { functionScrypt } from "../scrypt.ts";
import { remoteDatabase } from "../serverless/database.ts";
import { type HibernatingDriver, hibernatingDriver } from "../serverless/hibernating-driver.ts";
import { UNKNOWN_URL } from "../serverless/lazy-app.ts";
import { serverlessConfig, serverlessPlatform } from "../serverless/platform.ts";

/** The bindings of wrangler.toml; settings are plain texts beside them. */
export interface WorkersEnv {
  readonly [setting: string]: unknown;
  readonly DB?: Parameters<typeof d1>[0]["database"];
  readonly HYPERDRIVE?: { readonly connectionString: string };
  /** One object for each workspace: see `object.ts`. Absent: no sockets, and no wake-ups. */
  readonly WORKSPACES?: ObjectNamespaceLike;
  /** The object that wakes the server when something is due: see `background.ts`. Absent: the cron trigger finds it. */
  readonly BACKGROUND?: ObjectNamespaceLike;
  /** Where files are kept. Absent: as `S3_BUCKET` says, or nowhere. */
  readonly FILES?: R2BucketLike;
  /** The files of the built admin. Absent: it is not served. */
  readonly ASSETS?: { fetch(request: Request): Promise<Response> };
}

/** The host's context of a Worker's request or an object's event. */
export interface WorkersContext {
  waitUntil(work: Promise<unknown>): void;
}

/** A Worker's socket belongs to the request that opened it, and a request may have six of them. */
export function workersPlatform(env: WorkersEnv, requestUrl: string): Platform {
  const config = workersConfig(env, requestUrl);
  const platform = serverlessPlatform("workers", config, openDatabase(env, config, 3));
  return {
    ...platform,
    passwords: functionScrypt,
    contentHash: nodeHash,
    ...openFiles(config, { bound: env.FILES && boundFiles(env.FILES) }),
    images: openImages(),
    sandbox: bundledSandbox(),
    ...(env.ASSETS && { admin: adminInAssets(env.ASSETS) }),
    ...(env.WORKSPACES && { bus: objectBus({ objects: env.WORKSPACES }) }),
    ...(env.BACKGROUND && { alarm: objectAlarm({ objects: env.BACKGROUND, origin: originOf(requestUrl) }) }),
  };
}

const originOf = (url: string) => (url === UNKNOWN_URL ? undefined : new URL(url).origin);

function boundFiles(bucket: R2BucketLike): () => Promise<FileStore> {
  return async () => (await import("@plinth/adapters-cloudflare")).r2FileStore({ bucket });
}

/** Within the memory of a Worker, which has no native code. */
function openImages(): () => Promise<Images> {
  return openOnce(async () => {
    const { jsquashImages, WORKER_LIMITS: limits } = await import("@plinth/adapters-jsquash");
    const { bundledCodecs: codecs } = await import("@plinth/adapters-jsquash/bundled");
    return jsquashImages({ codecs, limits });
  });
}

/** Cloudflare compresses what leaves its network. */
function adminInAssets(assets: NonNullable<WorkersEnv["ASSETS"]>): AdminFiles {
  return {
    async read(name) {
      // The binding looks at the path alone.
      const response = await assets.fetch(new Request(`https://assets.invalid/${name}`));
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    },
    hostCompresses: true,
  };
}

/** An object is one process while it is awake, and its connections last as long. */
export async function objectPlatform(env: WorkersEnv, url: string): Promise<[Platform, HibernatingDriver]> {
  const config = workersConfig(env, url);
  const driver = await hibernatingDriver(openDatabase(env, config, 2));
  const { streams: _, ...platform } = serverlessPlatform("workers", config, async () => driver);
  return [{ ...platform, passwords: functionScrypt, bus: memoryBus() }, driver];
}

/**
 * DATABASE_URL comes before Hyperdrive, and Hyperdrive before D1, so that one setting is enough to change the default.
 */
function workersConfig(env: WorkersEnv, url: string): Config {
  const settings = { DATABASE_URL: env.HYPERDRIVE?.connectionString, ...settingsOf(env) };
  return serverlessConfig(settings, url, {
    databases: REMOTE_DATABASES,
    ...(env.DB && { fallback: "binding" }),
  });
}

function openDatabase({ DB: database }: WorkersEnv, config: Config, max: number): () => Promise<SqlDriver> {
  return config.databaseUrl === undefined
    ? openOnce(async () => d1({ database: database! }))
    : remoteDatabase(config, REMOTE_DATABASES, { max, lifetime: "request" });
}

function settingsOf(env: WorkersEnv): Env {
  const texts = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}

/** Cloudflare itself sets the address; a client cannot. */
export function workersHost(request: Request, env: WorkersEnv, context: WorkersContext): RequestHost {
  const { WORKSPACES: objects } = env;
  const remoteAddress = request.headers.get("cf-connecting-ip");
  return {
    defer: (work) => context.waitUntil(work),
    ...(remoteAddress && { remoteAddress }),
    // The object of the bus's topic keeps the sockets, and checks the same request again.
    ...(objects && { upgrade: (_open, topic) => handOver(objects, topic, request) }),
  };
}

async function handOver(objects: ObjectNamespaceLike, topic: string, request: Request): Promise<Response> {
  const response = await objects.get(objects.idFromName(topic)).fetch(request);
  const { webSocket } = response as { webSocket?: unknown };
  // A copy, as the headers of a received response cannot be changed.
  const init: ResponseInit & { webSocket?: unknown } = { status: response.status, headers: response.headers };
  return new Response(response.body, webSocket ? { ...init, webSocket } : init);
}
