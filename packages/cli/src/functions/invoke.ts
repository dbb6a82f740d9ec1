import type { Call } from "../command.ts";
import { usage } from "../errors.ts";
import { jsonInput } from "../json-input.ts";
import { encoded } from "../request-command.ts";
import { printableLines } from "../table.ts";
import type { INVOKE_OPTIONS } from "./options.ts";

/** `plinth functions invoke`: JSON is shown as what the function has returned, another answer as its text. */
export async function invokeFunction({ args, values, terminal, api, show }: Call<typeof INVOKE_OPTIONS>): Promise<0> {
  const [name, file] = args;
  const { method = "POST", path = "", data } = values;
  const hasBody = file !== undefined || data !== undefined;
  if (method === "GET" && hasBody) throw usage("a GET takes no FILE and no --data");
  const body = method === "GET" ? undefined : JSON.stringify(hasBody ? await jsonInput(file, data, terminal) : {});
  const headers = { ...(body !== undefined && { "content-type": "application/json" }), ...headersIn(values.header) };
  const behind = path === "" ? "" : path.startsWith("?") ? path : `/${path.replace(/^\//, "")}`;
  const address = `/api/functions/${encoded(name)}${behind}`;
  const answer = await api().send(address, { method, headers, ...(body !== undefined && { body }) });
  const text = await answer.text();
  if (!answer.headers.get("content-type")?.startsWith("application/json")) {
    await show(text, text.endsWith("\n") ? text : `${text}\n`);
    return 0;
  }
  const parsed = JSON.parse(text) as { data?: unknown };
  const result = typeof parsed === "object" && parsed !== null && "data" in parsed ? parsed.data : parsed;
  await show(result, `${printableLines(JSON.stringify(result, null, 2))}\n`);
  return 0;
}

function headersIn(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((header) => {
      const at = header.indexOf(":");
      if (at < 1) throw usage(`--header expects a name and a value, such as "x-plan: pro", not ${header}`);
      return [header.slice(0, at).trim().toLowerCase(), header.slice(at + 1).trim()];
    }),
  );
}
