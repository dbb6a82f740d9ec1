import { usage } from "../errors.ts";
import type { Terminal } from "../terminal.ts";

/** Stands for the text in the standard input. */
const FROM_INPUT = "@-";
/** Neither is a secret: the one deletes it, the other leaves it as it is. */
const NO_SECRETS: readonly string[] = ["null", "***", FROM_INPUT];

export interface SettingForm {
  /** Such as `passwords.min_length=12`. */
  readonly example: string;
  readonly name: RegExp;
  isSecret(name: string): boolean;
}

/** `NAME=VALUE` each. A value is JSON, or else a text; null: the default counts again. */
export async function settingValues(
  args: readonly string[],
  terminal: Terminal,
  { example, name: form, isSecret }: SettingForm,
): Promise<(readonly [name: string, value: unknown])[]> {
  const fromInput = args.filter((arg) => arg.endsWith(`=${FROM_INPUT}`)).length;
  if (fromInput > 1) throw usage(`Only one setting can be ${FROM_INPUT}, which is the standard input`);
  const values: (readonly [string, unknown])[] = [];
  for (const arg of args) {
    const [, name, text] = /^([^=]+)=(.*)$/s.exec(arg) ?? [];
    if (name === undefined || text === undefined || !form.test(name))
      throw usage(`"${arg}" is no setting; expected one such as ${example}`);
    if (isSecret(name) && !NO_SECRETS.includes(text))
      throw usage(`Write ${name}=${FROM_INPUT} and give the secret by the standard input: commands are kept`);
    values.push([name, text === FROM_INPUT ? (await terminal.input()).replace(/\r?\n$/, "") : parsed(text)]);
  }
  return values;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
