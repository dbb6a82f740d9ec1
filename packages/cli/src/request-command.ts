import type { Api } from "./api.ts";
import { type Access, type Call, type Command, command, type Options, type ValuesOf } from "./command.ts";
import { chunksOf, writeWhole } from "./output-file.ts";
import { formatBytes } from "./progress.ts";
import { objectTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export type ApiObject = Record<string, unknown>;
type Request = readonly [method: string, path: string, body?: ApiObject];

/** A command that is one request, and how its answer is shown. */
interface RequestSpec<O extends Options> {
  readonly summary: string;
  readonly args?: readonly string[];
  readonly options?: O;
  /** `caller` unless given. */
  readonly access?: Access;
  readonly notes?: string;
  request(args: readonly string[], values: ValuesOf<O>, io: RequestIo): Request | Promise<Request>;
  /** Of the table; none: the answer is a file, and the command takes `--output`. */
  readonly columns?: readonly string[] | ((rows: readonly ApiObject[]) => readonly string[]);
  /** Of a list that may be long: its first page is all. */
  readonly onePage?: boolean | ((values: ValuesOf<O>) => boolean);
  /** The lines of the table, where they are not what the answer lists. */
  rows?(answer: ApiObject): ApiObject[];
  /** A line of the table, where it is not as the answer lists it. */
  row?(listed: ApiObject): ApiObject;
}

/** What a request may need before it is sent. */
export interface RequestIo {
  readonly api: Api;
  readonly terminal: Terminal;
}

export function requestCommand<O extends Options = Record<never, never>>(spec: RequestSpec<O>): Command {
  const { summary, args = [], access = "caller", notes } = spec;
  return command({
    summary,
    args,
    access,
    ...(spec.options && { options: spec.options }),
    ...(notes !== undefined && { notes }),
    run: (call) => runRequest(spec as unknown as RequestSpec<Options>, call as unknown as Call),
  });
}

async function runRequest(spec: RequestSpec<Options>, call: Call): Promise<0> {
  const api = call.api();
  const [method, path, body] = await spec.request(call.args, call.values, { api, terminal: call.terminal });
  if (!spec.columns) return writeFile(api, path, call);
  const isOnePage = typeof spec.onePage === "function" ? spec.onePage(call.values) : spec.onePage;
  const found = isOnePage ? (await api.manage(method, path, body)).data : await allOf(api, method, path, body);
  const rows = rowsOf(spec, found);
  const columns = typeof spec.columns === "function" ? spec.columns(rows) : spec.columns;
  await call.show(found, objectTable(columns, rows));
  return 0;
}

async function writeFile(api: Api, path: string, call: Call): Promise<0> {
  const { output } = call.values as { output?: string };
  const stream = await api.download(path);
  if (output === undefined) {
    for await (const chunk of chunksOf(stream)) await call.terminal.out(chunk);
    return 0;
  }
  const bytes = await writeWhole(output, stream);
  await call.show({ output, bytes }, `${formatBytes(bytes)} written to ${output}.\n`);
  return 0;
}

/** All pages of a list, or the one answer. */
async function allOf(
  api: Api,
  method: string,
  path: string,
  body: ApiObject | undefined,
): Promise<ApiObject | ApiObject[]> {
  const rows: ApiObject[] = [];
  for (let cursor: string | null | undefined; ; ) {
    const page = await api.manage(method, cursor ? withCursor(path, cursor) : path, body);
    if (!Array.isArray(page.data)) return page.data;
    rows.push(...page.data);
    cursor = page.next_cursor;
    if (!cursor) return rows;
  }
}

function withCursor(path: string, cursor: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ cursor })}`;
}

function rowsOf(spec: RequestSpec<Options>, found: ApiObject | ApiObject[]): ApiObject[] {
  if (!Array.isArray(found)) return spec.rows?.(found) ?? [found];
  return spec.row ? found.map(spec.row) : found;
}

export const encoded = (text: string | undefined): string => encodeURIComponent(text!);

/** Of the keys that somebody has made who loses rights; there may be none. */
export function prefixesOf(keys: unknown): string {
  return ((keys ?? []) as { prefix: string }[]).map(({ prefix }) => prefix).join(" ");
}
