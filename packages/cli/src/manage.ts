import type { Api } from "./api.ts";
import type { MANAGE_OPTIONS, parse } from "./options.ts";
import type { Terminal } from "./terminal.ts";

export type Managed = ReturnType<typeof parse<typeof MANAGE_OPTIONS>>;
export type Values = Managed["values"];
export type ApiObject = Record<string, unknown>;
type Request = readonly [method: string, path: string, body?: ApiObject];

/** One thing that can be done: a request, and how its answer is shown. */
export interface ManageAction {
  /** What stands after the command's name; the last one may be repeated where it ends with "…". */
  readonly args: readonly string[];
  /** Besides those that every action takes. */
  readonly options?: readonly (keyof Values)[];
  request(args: readonly string[], values: Values, io: ActionIo): Request | Promise<Request>;
  /** Of the table; none: the answer is a file. */
  readonly columns?: readonly string[];
  /** Of a list that may be long: its first page is all. */
  readonly onePage?: boolean;
  /** The lines of the table, where they are not what the answer lists. */
  rows?(answer: ApiObject): ApiObject[];
}

/** What an action may need before its request. */
export interface ActionIo {
  readonly api: Api;
  readonly terminal: Terminal;
}

export type ManageActions = Readonly<Record<string, ManageAction>>;

export const encoded = (text: string | undefined): string => encodeURIComponent(text!);
