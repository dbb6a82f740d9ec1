import process from "node:process";
import { consoleLog, systemClock } from "@plinth/adapters-memory";
import type { Bus, Config, Images, Platform, Sandbox, SqlDriver, TrustedRuntime } from "@plinth/core";
import { adminBeside } from "../admin-folder.ts";
import { openFiles } from "../file-stores.ts";
import { serverScrypt } from "../scrypt.ts";
import { openSenders } from "../senders.ts";
import { ALL_MAILERS } from "../smtp.ts";
import { openBus } from "./bus.ts";
import { claimsOf, openDriver } from "./database.ts";
import { openFolder } from "./disk-files.ts";
import { openImages } from "./images.ts";
import { lateHash, latePublicFetch } from "./late-modules.ts";
import { lateTrusted } from "./late-trusted.ts";
import { writeError, writeOut } from "./output.ts";

/** What each runtime provides itself. */
export interface RuntimeParts {
  sqlite(options: {
    path: string;
    synchronous: Config["sqliteSynchronous"];
    threads: number | undefined;
    timeLimitMs: number;
  }): SqlDriver | Promise<SqlDriver>;
  sqliteBus(options: { path: string }): Bus;
  /** Makes images where sharp cannot be loaded. */
  spareCodec?(): Promise<Images>;
  /** The interpreter of functions. */
  sandbox(): Promise<Sandbox>;
  /** Runs functions without the interpreter, on systems whose kernel can limit them. Absent: on none. */
  trusted?(): Promise<TrustedRuntime>;
  /** A file of the disk; absent where the runtime would read its bytes into memory to send them. Undefined: not at the moment. */
  blobOf?(path: string): Blob | undefined;
  /** As `Platform` has it. */
  readonly copiesAnswers?: boolean;
  /** As `Platform` has it. */
  readonly sentPieces?: Platform["sentPieces"];
}

/** The ports of a long-lived process. */
export function serverPlatform(name: string, config: Config, parts: RuntimeParts): Platform {
  let database: Promise<SqlDriver> | undefined;
  const log = consoleLog({ level: config.logLevel, write: (line) => writeError(`${line}\n`) });
  return {
    name,
    config,
    database() {
      database ??= openDriver(config, parts);
      return database;
    },
    claims: claimsOf(config),
    bus: openBus(config, parts),
    ...openSenders(config, ALL_MAILERS, (text) => writeOut(`${text}\n`)),
    ...openFiles(config, { folder: (folder, hasFiles) => openFolder(folder, hasFiles, parts.blobOf) }),
    copiesAnswers: parts.copiesAnswers,
    sentPieces: parts.sentPieces,
    contentHash: lateHash,
    publicFetch: latePublicFetch,
    sandbox: parts.sandbox,
    ...(process.platform === "linux" && parts.trusted && { trusted: lateTrusted(parts.trusted) }),
    ...openImages(config, { log, spare: parts.spareCodec }),
    clock: systemClock,
    memory: () => process.memoryUsage().rss,
    admin: adminBeside(),
    passwords: serverScrypt,
    log,
  };
}
