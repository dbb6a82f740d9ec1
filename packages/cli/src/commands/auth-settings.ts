import type { CommandGroup } from "../command.ts";
import { type ApiObject, requestCommand } from "../request-command.ts";
import type { Terminal } from "../terminal.ts";
import { settingValues } from "./setting-values.ts";

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

const FORM = {
  example: "passwords.min_length=12",
  name: /^\w+\.\w+$/,
  isSecret: (name: string) => name.endsWith(".secret"),
};

async function changesOf(args: readonly string[], terminal: Terminal): Promise<ApiObject> {
  const sections = new Map<string, ApiObject>();
  for (const [setting, value] of await settingValues(args, terminal, FORM)) {
    const [section, name] = setting.split(".") as [string, string];
    sections.set(section, { ...sections.get(section), [name]: value });
  }
  return Object.fromEntries(sections);
}
