import * as z from "zod";
import { parseValue } from "../../http/validate.ts";
import type { Caller, Listening } from "./listening.ts";

/** What a stream's address may say beside its own parameters. */
export const streamQuery = {
  after: z.string().max(200).optional().describe("Resume after this place"),
  ticket: z.string().max(1000).optional().describe("From POST /api/realtime/tickets"),
  poll: z.string().max(5).optional().describe("Answer with JSON as soon as there is something, or after 20 s"),
};

/** How a request says who asks and in which form. */
const { after, ...transport } = streamQuery;

interface Definition<Own extends z.ZodRawShape> {
  /** With at most one parameter, the last part. */
  readonly path: string;
  readonly query: Own;
  /** Whether it goes on after a place. */
  readonly resumes: boolean;
  /** Throws what a read would throw. */
  listen(caller: Caller, request: StreamRequest<z.output<z.ZodObject<Own>>>): Listening;
}

interface StreamRequest<Query> {
  /** The path's parameter. */
  readonly name: string;
  readonly query: Query;
  readonly after: string | undefined;
}

/** A stream that has an address: the one form of it for requests and sockets. */
export interface Stream {
  readonly path: string;
  /** The parameters of its address in a request. */
  readonly params: z.ZodObject;
  /** From the values of its address; `resumeAt` comes before the place in there. */
  open(caller: Caller, name: string, values: object, resumeAt: string | undefined): Listening;
}

export function defineStream<Own extends z.ZodRawShape>(definition: Definition<Own>): Stream {
  const { path, resumes, listen } = definition;
  const query = z.strictObject({ ...definition.query, ...(resumes && { after }) });
  return {
    path,
    params: query.extend(transport),
    open(caller, name, values, resumeAt) {
      const parsed = parseValue(query, values, "UNKNOWN_PARAMETER") as z.output<z.ZodObject<Own>> & { after?: string };
      return listen(caller, { name, query: parsed, after: resumeAt ?? (parsed.after || undefined) });
    },
  };
}
