import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Env } from "@plinth/core";
import { CliError, usage } from "./errors.ts";

/** A server, and who asks it: what `plinth login` keeps. */
export interface SavedProfile {
  readonly url: string;
  readonly key?: string;
  readonly token?: string;
  /** Whose session the token is. */
  readonly account?: "operator" | "user";
  readonly email?: string;
  readonly workspace?: string;
}

export interface Profiles {
  /** The profile that counts where none is named. */
  readonly current?: string;
  readonly profiles: Readonly<Record<string, SavedProfile>>;
}

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const NAME = /^[\w.-]{1,64}$/;

export function profileFile(env: Env, platform: string = process.platform): string {
  const folder = platform === "win32" ? env.APPDATA : env.XDG_CONFIG_HOME;
  return join(folder || join(env.HOME || homedir(), ".config"), "plinth", "profiles.json");
}

export function readProfiles(env: Env): Profiles {
  const file = profileFile(env);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
    if (process.platform !== "win32" && (statSync(file).mode & OTHERS) !== 0)
      throw new CliError(`${file} can be read by other users of this machine. Run: chmod 600 ${file}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { profiles: {} };
    throw error instanceof CliError ? error : new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    const { current, profiles } = JSON.parse(text) as Profiles;
    if (typeof profiles === "object" && profiles !== null)
      return { ...(typeof current === "string" && { current }), profiles };
  } catch {
    // Reported below.
  }
  throw new CliError(`${file} is damaged. Delete it, and sign in again with plinth login.`);
}

/** The file is only ever readable by its owner, and never half written. */
export function writeProfiles(env: Env, profiles: Profiles): void {
  const file = profileFile(env);
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, `${JSON.stringify(profiles, null, 2)}\n`, { mode: OWNER_ONLY });
    chmodSync(unfinished, OWNER_ONLY);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
}

/** The profile that an option names, else the current one, if there is one. */
export function chosenProfile(
  env: Env,
  named: string | undefined,
): { name: string; profile: SavedProfile } | undefined {
  const { current, profiles } = readProfiles(env);
  const name = named ?? current;
  const profile = name !== undefined && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (name !== undefined && profile) return { name, profile };
  if (named === undefined) return undefined;
  throw noProfile(named, profiles);
}

export function keepProfile(env: Env, name: string, profile: SavedProfile): void {
  const { profiles } = requireKeepable(env, name);
  writeProfiles(env, { current: name, profiles: { ...profiles, [name]: profile } });
}

/** A profile of this name can be kept: the name is one, and the file can be read. */
export function requireKeepable(env: Env, name: string): Profiles {
  if (!NAME.test(name)) throw usage("--profile takes a name of letters, digits, dots and dashes");
  return readProfiles(env);
}

export function removeProfile(env: Env, name: string): void {
  const { current, profiles } = readProfiles(env);
  if (!Object.hasOwn(profiles, name)) throw noProfile(name, profiles);
  const { [name]: _, ...rest } = profiles;
  writeProfiles(env, { ...(current !== undefined && current !== name && { current }), profiles: rest });
}

export function useProfile(env: Env, name: string): void {
  const { profiles } = readProfiles(env);
  if (!Object.hasOwn(profiles, name)) throw noProfile(name, profiles);
  writeProfiles(env, { current: name, profiles });
}

function noProfile(name: string, profiles: Profiles["profiles"]): CliError {
  const names = Object.keys(profiles);
  const known = names.length > 0 ? `There are: ${names.join(", ")}.` : "Make one with plinth login.";
  return new CliError(`There is no profile ${name}. ${known}`);
}
