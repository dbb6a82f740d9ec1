import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import type { Env } from "@plinth/core";
import { type Api, connect } from "../api.ts";
import { CliError } from "../errors.ts";
import { post } from "../login.ts";
import { environmentAlone, serverProgram } from "../server-program.ts";
import { OTHER_SETTINGS } from "./server-settings.ts";

/** Its data, and the key by which it is used again. */
const FOLDER = ".plinth";
const KEY_FILE = "key";
const PASSWORD_FILE = "password";
const LONGEST_START_MS = 120_000;
const LOOK_MS = 100;
const MOST_SHOWN = 4000;

/** A server of this folder alone, for a program that has none to use. */
export interface OwnServer {
  readonly url: string;
  readonly api: Api;
  stop(): Promise<void>;
}

/**
 * Starts Plinth on SQLite in the folder `.plinth`, on a free port of this machine. The settings of other servers in the environment and in `.env` do not count, so
 * that nothing that is tried here reaches their data.
 */
export async function startOwnServer(env: Env): Promise<OwnServer> {
  const folder = resolve(FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  const { command, env: defaults } = serverProgram();
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(command[0]!, command.slice(1), {
    // There is no `.env` that the runtime would read.
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...defaults, ...environmentAlone(env), ...settingsOf(folder, url) },
  });
  let shown = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      shown = (shown + String(chunk)).slice(-MOST_SHOWN);
    });
  const ended = new Promise<void>((over) => child.once("exit", () => over()).once("error", () => over()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  try {
    if (!(await isReady(url, () => child.exitCode !== null)))
      throw new CliError(`The server in ${FOLDER} could not be started:\n${shown}`);
    return { url, api: connect({ url, key: await keyIn(folder, url) }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All others are emptied, which means that they are not set. */
function settingsOf(folder: string, url: string): Env {
  return {
    ...Object.fromEntries(OTHER_SETTINGS.map((name) => [name, ""])),
    PORT: new URL(url).port,
    HOST: "127.0.0.1",
    DATA_DIR: folder,
    DATABASE_URL: `sqlite://${join(folder, "plinth.db")}`,
    MAIL_URL: "console:",
    LOG_LEVEL: "warn",
  };
}

async function isReady(url: string, isOver: () => boolean): Promise<boolean> {
  for (const end = Date.now() + LONGEST_START_MS; Date.now() < end && !isOver(); await setTimeout(LOOK_MS)) {
    const ready = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (ready?.ok) return true;
  }
  return false;
}

/** The first start makes an operator and a key. The password is stored before, so that a start that is cut short can be made again. */
async function keyIn(folder: string, url: string): Promise<string> {
  const [file, passwordFile] = [join(folder, KEY_FILE), join(folder, PASSWORD_FILE)];
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, crypto.randomUUID(), { mode: 0o600 });
  const account = { email: "developer@localhost.test", password: readFileSync(passwordFile, "utf8") };
  const api = connect({ url, key: undefined, hint: "" });
  const base = "/api/operator/auth";
  const { token } = await post(api, `${base}/sign-up/email`, { ...account, name: "Developer", setup_token: "" }).catch(
    (refused: unknown) =>
      post(api, `${base}/sign-in/email`, account).catch(() => {
        throw refused;
      }),
  );
  const operator = connect({ url, key: undefined, token: token! });
  const made = await operator.manage("POST", "/api/keys", { name: "plinth functions dev", kind: "secret" });
  const { key } = made.data as { key: string };
  // Whole or not at all.
  writeFileSync(`${file}.new`, `${key}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Aborts with what would end this program, which then ends its server first. */
export function endingSignal(): { readonly signal: AbortSignal; release(): void } {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const name of SIGNALS) process.on(name, end);
  return {
    signal: ending.signal,
    release() {
      for (const name of SIGNALS) process.off(name, end);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });
}
