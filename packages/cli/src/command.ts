import type { Env } from "@plinth/core";
import type { Api } from "./api.ts";
import type { Terminal } from "./terminal.ts";

/** What the help, the completions and the parser know about an option. */
export interface Option {
  readonly type: "string" | "boolean";
  /** What the help calls the value, such as FILE. */
  readonly value?: string;
  readonly summary: string;
  /** It may be repeated. */
  readonly multiple?: boolean;
  readonly required?: boolean;
  /** The only values that it may have. */
  readonly choices?: readonly string[];
  readonly short?: string;
}

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O["type"] extends "boolean"
  ? boolean
  : O extends { multiple: true }
    ? readonly string[] | undefined
    : (O extends { choices: readonly (infer C)[] } ? C : string) | (O extends { required: true } ? never : undefined);

export type ValuesOf<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> };

type More = Omit<Option, "type" | "value" | "summary">;

export function text<const M extends More>(value: string, summary: string, more?: M) {
  return { type: "string", value, summary, ...more } as { type: "string"; value: string; summary: string } & M;
}

/** An option with a few values: the help lists them. */
export function choice<const C extends readonly string[], const M extends More>(choices: C, summary: string, more?: M) {
  return text(choices.join("|"), summary, { ...(more as M), choices });
}

export function flag(summary: string) {
  return { type: "boolean", summary } as const;
}

/** Every command takes these. */
export const COMMON_OPTIONS = {
  json: flag('print one JSON document: {"data": …}, or {"error": …}'),
  help: { ...flag("show this help"), short: "h" },
} as const;

/** Every command that asks a server takes these. */
export const CONNECTION_OPTIONS = {
  url: text("URL", "where Plinth runs; or PLINTH_URL; else http://127.0.0.1:8787"),
  key: text("KEY", "an API key, sk_live_…, rk_live_… or pk_live_…; or PLINTH_KEY"),
  token: text("TOKEN", "of an operator's or administrator's session, instead of a key; or PLINTH_TOKEN"),
  workspace: text("NAME", "the workspace, by slug or id; or PLINTH_WORKSPACE; else the default one"),
  profile: text("NAME", "the server and the credentials that plinth login has kept; else the current profile's"),
} as const;

/** Of commands that read items: `apiFor` sends it. */
export const AS_OPTION = {
  as: text("PRINCIPAL", "as whom to look: anonymous, role:NAME, user:ID, key:ID; for administrators"),
} as const;

/**
 * Whom a command asks as. `none`: it asks no server; `anyone`: also without a key or a session; `caller`: with one of
 * them; `operator`: with a session, because no key may do it.
 */
export type Access = "none" | "anyone" | "caller" | "operator";

/** One run of a command. */
export interface Call<O extends Options = Options> {
  /** As it is written: `users create`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly values: ValuesOf<O> & ValuesOf<typeof COMMON_OPTIONS>;
  readonly env: Env;
  readonly terminal: Terminal;
  /** Everything that can be called. */
  readonly commands: Commands;
  /** The server that the options, the environment or the profile name. Not for commands with access `none`. */
  api(): Api;
  /** Prints a result: with `--json` the data in the envelope, else the text. */
  show(data: unknown, text: string): Promise<void>;
}

/** Exit codes: 0 done; 1 done in part, or something was found; 2 it could not be done. */
export type ExitCode = 0 | 1 | 2;

export interface CommandSpec<O extends Options> {
  readonly summary: string;
  /** What stands after the name: `FILE`, `[NAME]` where it may be left out, `VALUE…` where it may be repeated. */
  readonly args?: readonly string[];
  readonly options?: O;
  readonly access: Access;
  /** Further text of its help. */
  readonly notes?: string;
  /** Whatever is large is imported in here. */
  run(call: Call<O>): Promise<ExitCode>;
}

export type Command = CommandSpec<Options>;

/** Commands under one name: `plinth users list`, `plinth users create` … */
export interface CommandGroup {
  readonly summary: string;
  readonly actions: Readonly<Record<string, Command>>;
}

export type Commands = Readonly<Record<string, Command | CommandGroup>>;

/** Infers the types of the option's values. */
export function command<O extends Options = Record<never, never>>(spec: CommandSpec<O>): Command {
  return spec as unknown as Command;
}

/** Everything that the command line lets a user write after a command. */
export function optionsOf({ options = {}, access }: Command): Options {
  return { ...options, ...(access !== "none" && CONNECTION_OPTIONS), ...COMMON_OPTIONS };
}
