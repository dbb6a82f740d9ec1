import type { Call, ValuesOf } from "../command.ts";
import { confirms } from "../confirm.ts";
import { names } from "../options.ts";
import { type ApiObject, encoded } from "../request-command.ts";
import { objectTable } from "../table.ts";
import { readFunction } from "./bundle.ts";
import type { DEPLOY_OPTIONS, SETTINGS_OPTIONS } from "./options.ts";
import { DEPLOYMENTS, FUNCTION_COLUMNS, shownFunction } from "./shown.ts";

/** `plinth functions deploy`: shows which rights are new, and asks before they are given. */
export async function deployFromFile(call: Call<typeof DEPLOY_OPTIONS>): Promise<0> {
  const { args, values, terminal } = call;
  const { name: fileName, source, source_map } = await readFunction(args[0]!);
  const path = `${DEPLOYMENTS}/${encoded(values.name ?? fileName)}`;
  const body = {
    source,
    ...(source_map !== undefined && { source_map }),
    ...sectionsIn(values),
    ...(values.runtime && { runtime: values.runtime }),
  };
  const api = call.api();
  if (!values.yes) {
    const { grows } = (await api.manage("POST", `${path}/check`, body)).data as { grows: string[] };
    if (grows.length > 0) {
      terminal.err(grows.map((right) => `+ ${right}\n`).join(""));
      if (!(await confirms(terminal, "Deploy it with these new rights?", "give the function new rights"))) return 0;
    }
  }
  const deployed = (await api.manage("PUT", path, body)).data as ApiObject;
  await call.show(deployed, objectTable(FUNCTION_COLUMNS, [shownFunction(deployed)]));
  return 0;
}

/** Only sections with an option: the others are the file's own. */
export function sectionsIn(values: ValuesOf<typeof SETTINGS_OPTIONS>): ApiObject {
  const { auth, methods, as, actions, collections, fetch } = values;
  const list = (value: string | undefined) => value && names(value);
  return sectionsGiven({
    permissions: { as, actions: list(actions), collections: list(collections), fetch: list(fetch) },
    http: { auth, methods: list(methods) },
  });
}

function sectionsGiven(sections: Readonly<Record<string, object>>): ApiObject {
  const given = Object.entries(sections).filter(([, section]) => Object.values(section).some((value) => value));
  return Object.fromEntries(given);
}
