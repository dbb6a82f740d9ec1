import { parseArgs } from "node:util";
import { nearest } from "@plinth/core";
import { type Command, type Option, type Options, optionsOf } from "./command.ts";
import { usage } from "./errors.ts";

export interface ParsedArguments {
  readonly args: readonly string[];
  readonly values: Readonly<Record<string, boolean | string | string[] | undefined>>;
}

/** What was written after a command's name, checked against what the command takes. */
export function parseCommand(name: string, spec: Command, words: readonly string[]): ParsedArguments {
  const parsed = read(name, words, optionsOf(spec));
  if (parsed.values.help) return parsed;
  checkCount(name, spec, parsed.args.length);
  for (const [option, { required, value, choices }] of Object.entries(spec.options ?? {})) {
    if (required && parsed.values[option] === undefined) throw usage(`plinth ${name} needs --${option} ${value}`);
    const given = parsed.values[option];
    if (choices && given !== undefined && !choices.includes(String(given)))
      throw usage(`--${option} must be one of ${choices.join(", ")}`);
  }
  return parsed;
}

/** The words that are no options, as far as they can be told before the command is known. */
export function positionalsOf(words: readonly string[], options: Options): string[] {
  return parseArgs({ args: [...words], options, allowPositionals: true, strict: false }).positionals;
}

function read(name: string, words: readonly string[], options: Options): ParsedArguments {
  const config = { args: [...words], options, allowPositionals: true, strict: false, tokens: true } as const;
  const values: Record<string, boolean | string | string[] | undefined> = Object.fromEntries(
    Object.entries(options).map(([option, { type }]) => [option, type === "boolean" ? false : undefined]),
  );
  const args: string[] = [];
  for (const token of parseArgs(config).tokens) {
    if (token.kind === "positional") args.push(token.value);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!spec) throw unknownOption(name, token.rawName, options);
    const given = givenValue(token.rawName, spec, token);
    values[token.name] = spec.multiple ? [...((values[token.name] as string[]) ?? []), given as string] : given;
  }
  return { args, values };
}

function givenValue(
  rawName: string,
  spec: Option,
  { value, inlineValue }: { value?: string | undefined; inlineValue?: boolean | undefined },
): boolean | string {
  if (spec.type === "boolean") {
    if (inlineValue) throw usage(`${rawName} takes no value`);
    return true;
  }
  if (value === undefined) throw usage(`${rawName} needs a value: ${rawName} ${spec.value}`);
  // A forgotten value must not swallow the next option.
  if (!inlineValue && /^-./.test(value)) throw usage(`Write a value that begins with a dash as ${rawName}=-…`);
  return value;
}

function unknownOption(name: string, rawName: string, options: Options): Error {
  const near = nearest(rawName.replace(/^-+/, ""), Object.keys(options));
  return usage(`plinth ${name} takes no ${rawName}${near === undefined ? "" : `; did you mean --${near}?`}`);
}

/** `import FILE`, and which of its options must be there. */
export function usageLine(name: string, { args = [], options = {} }: Command): string {
  const required = Object.entries(options).filter(([, option]) => option.required);
  return ["plinth", name, ...args, ...required.map(([option, { value }]) => `--${option} ${value}`)].join(" ");
}

function checkCount(name: string, spec: Command, count: number): void {
  const { args = [] } = spec;
  const least = args.filter((arg) => !arg.startsWith("[")).length;
  const most = args.at(-1)?.includes("…") ? Number.POSITIVE_INFINITY : args.length;
  if (count < least || count > most) throw usage(`Write ${usageLine(name, spec)}`);
}
