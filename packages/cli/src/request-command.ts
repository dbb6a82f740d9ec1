import type { Api } from "./api.ts";
import { type Access, type Call, type Command, command, type Options, type ValuesOf } from "./command.ts";
import { chunksOf, writeWhole } from "./output-file.ts";
import { formatBytes } from "./progress.ts";
import { table } from "./table.ts";
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
  readonly columns?: readonly string[];
  /** Of a list that may be long: its first page is all. */
  readonly onePage?: boolean;
  /** The lines of the table, where they are not what the answer lists. */
  rows?(answer: ApiObject): ApiObject[];
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
  const found = spec.onePage ? (await api.manage(method, path, body)).data : await allOf(api, method, path, body);
  await call.show(found, shown(rowsOf(spec, found), spec.columns));
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
  if (Array.isArray(found)) return found;
  return spec.rows?.(found) ?? [found];
}

function shown(rows: readonly ApiObject[], columns: readonly string[]): string {
  const texts = rows.map((row) => columns.map((column) => cell(row[column])));
  // A link or a key that is cut is of no use.
  return table(columns, texts, Number.POSITIVE_INFINITY);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export const encoded = (text: string | undefined): string => encodeURIComponent(text!);
