import type { CommandGroup } from "../command.ts";
import { usage } from "../errors.ts";
import { type ApiObject, requestCommand } from "../request-command.ts";
import type { Terminal } from "../terminal.ts";

const PATH = "/api/auth-settings";
const columns = ["setting", "value"];

export const AUTH_SETTINGS: CommandGroup = {
  summary: "a workspace's settings for its users' accounts and pages",
  actions: {
    get: requestCommand({ summary: "show the settings", request: () => ["GET", PATH], columns, rows: settingsOf }),
    set: requestCommand({
      summary: "change settings",
      args: ["SECTION.SETTING=VALUE…"],
      notes:
        "Such as passwords.min_length=12; null takes the default again. The value @- is read from the standard\n" +
        "input, as secrets are.\n",
      request: async (args, _, { terminal }) => ["PATCH", PATH, await changesOf(args, terminal)],
      columns,
      rows: settingsOf,
    }),
  },
};

function settingsOf(answer: ApiObject): ApiObject[] {
  return Object.entries(answer).flatMap(([section, settings]) =>
    Object.entries(settings as ApiObject).map(([name, value]) => ({ setting: `${section}.${name}`, value })),
  );
}

/** Stands for the text in the standard input. */
const FROM_INPUT = "@-";
/** Neither is a secret: the one deletes it, the other leaves it as it is. */
const NO_SECRETS: readonly string[] = ["null", "***", FROM_INPUT];

/** A value is JSON, or else a text; null: the default counts again. */
async function changesOf(args: readonly string[], terminal: Terminal): Promise<ApiObject> {
  const sections = new Map<string, ApiObject>();
  const fromInput = args.filter((arg) => arg.endsWith(`=${FROM_INPUT}`)).length;
  if (fromInput > 1) throw usage(`Only one setting can be ${FROM_INPUT}, which is the standard input`);
  for (const arg of args) {
    const [, section, name, text] = /^(\w+)\.(\w+)=(.*)$/s.exec(arg) ?? [];
    if (section === undefined || name === undefined || text === undefined)
      throw usage(`"${arg}" is no setting; expected one such as passwords.min_length=12`);
    if (name === "secret" && !NO_SECRETS.includes(text))
      throw usage(`Write ${section}.secret=${FROM_INPUT} and give the secret by the standard input: commands are kept`);
    const value = text === FROM_INPUT ? (await terminal.input()).replace(/\r?\n$/, "") : parsed(text);
    sections.set(section, { ...sections.get(section), [name]: value });
  }
  return Object.fromEntries(sections);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
