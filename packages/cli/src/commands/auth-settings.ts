import type { CommandGroup } from "../command.ts";
import type { ApiObject } from "../request-command.ts";
import { settingsCommands } from "./settings-commands.ts";

export const AUTH_SETTINGS: CommandGroup = {
  summary: "a workspace's settings for its users' accounts and pages",
  actions: settingsCommands({
    path: "/api/auth-settings",
    shows: "show the settings",
    setting: "SECTION.SETTING=VALUE",
    notes:
      "Such as passwords.min_length=12; null takes the default again. The value @- is read from the standard\n" +
      "input, as secrets are.\n",
    form: {
      example: "passwords.min_length=12",
      name: /^\w+\.\w+$/,
      isSecret: (name) => name.endsWith(".secret"),
    },
    change: bySection,
    rows: (answer) =>
      Object.entries(answer).flatMap(([section, settings]) =>
        Object.entries(settings as ApiObject).map(([name, value]) => ({ setting: `${section}.${name}`, value })),
      ),
  }),
};

function bySection(values: readonly (readonly [setting: string, value: unknown])[]): ApiObject {
  const sections = new Map<string, ApiObject>();
  for (const [setting, value] of values) {
    const [section, name] = setting.split(".") as [string, string];
    sections.set(section, { ...sections.get(section), [name]: value });
  }
  return Object.fromEntries(sections);
}
