import type { Command } from "../command.ts";
import { type ApiObject, requestCommand } from "../request-command.ts";
import { type SettingForm, settingValues } from "./setting-values.ts";

export interface SettingsCommandsOptions {
  readonly path: string;
  /** What `get` shows. */
  readonly shows: string;
  /** What `set` takes, such as `SETTING=VALUE`. */
  readonly setting?: string;
  readonly notes: string;
  readonly form: SettingForm;
  /** The body of the change. */
  readonly change?: (values: readonly (readonly [name: string, value: unknown])[]) => ApiObject;
  readonly rows?: (answer: ApiObject) => ApiObject[];
}

/** `get` and `set` of settings that have one address. */
export function settingsCommands({
  path,
  shows,
  setting = "SETTING=VALUE",
  notes,
  form,
  change = (values) => Object.fromEntries(values),
  rows = (answer) => Object.entries(answer).map(([name, value]) => ({ setting: name, value })),
}: SettingsCommandsOptions): { readonly get: Command; readonly set: Command } {
  const columns = ["setting", "value"];
  return {
    get: requestCommand({ summary: shows, request: () => ["GET", path], columns, rows }),
    set: requestCommand({
      summary: "change settings",
      args: [`${setting}…`],
      notes,
      request: async (args, _, { terminal }) => ["PATCH", path, change(await settingValues(args, terminal, form))],
      columns,
      rows,
    }),
  };
}
