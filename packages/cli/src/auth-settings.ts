import type { ApiObject, ManageActions } from "./manage.ts";
import { usage } from "./options.ts";

const PATH = "/api/auth-settings";
const columns = ["setting", "value"];

/** `plinth auth-settings …` */
export const AUTH_SETTINGS: ManageActions = {
  get: { args: [], request: () => ["GET", PATH], columns, rows: settingsOf },
  set: {
    args: ["SECTION.SETTING=VALUE…"],
    request: (args) => ["PATCH", PATH, changesOf(args)],
    columns,
    rows: settingsOf,
  },
};

function settingsOf(answer: ApiObject): ApiObject[] {
  return Object.entries(answer).flatMap(([section, settings]) =>
    Object.entries(settings as ApiObject).map(([name, value]) => ({ setting: `${section}.${name}`, value })),
  );
}

/** A value is JSON, or else a text; null: the default counts again. */
function changesOf(args: readonly string[]): ApiObject {
  const sections = new Map<string, ApiObject>();
  for (const arg of args) {
    const [, section, name, text] = /^(\w+)\.(\w+)=(.*)$/s.exec(arg) ?? [];
    if (section === undefined || name === undefined || text === undefined)
      throw usage(`"${arg}" is no setting; expected one such as passwords.min_length=12`);
    sections.set(section, { ...sections.get(section), [name]: parsed(text) });
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
