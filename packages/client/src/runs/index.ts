/**
 * The log of runs: what functions, jobs, webhooks and flows have done.
 *
 * @module
 */
import type { Client } from "../client.ts";
import { jsonIn } from "../index.ts";
import { REQUEST_OPTIONS, type RequestOptions } from "../items/request.ts";
import { requireKnown } from "../known-options.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import { type PartOptions, partRequester } from "../part-requester.ts";
import type { Run, RunKind, RunStatus, RunTrigger, WholeRun } from "./run.ts";

export type { Run, RunKind, RunSpan, RunStatus, RunTrigger, WholeRun } from "./run.ts";

export interface RunFilter {
  readonly kind?: RunKind | undefined;
  readonly name?: string | undefined;
  /** One, or several separated by commas. */
  readonly status?: RunStatus | (string & {}) | undefined;
  readonly trigger?: RunTrigger | undefined;
  /** The id of the request that has caused it. */
  readonly request?: string | undefined;
  readonly trace?: string | undefined;
  /** The ids of a job and of an item. */
  readonly job?: string | undefined;
  readonly item?: string | undefined;
}

export interface RunPageFilter extends RunFilter, PageOptions {
  /** ISO 8601: runs that began from this time on, and before that one. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface Runs {
  /** A page of the runs, newest first. */
  list(filter?: RunPageFilter, options?: RequestOptions): Promise<Page<Run>>;
  /** With its logs and its parts. */
  get(id: string, options?: RequestOptions): Promise<WholeRun>;
  /**
   * Runs that are stored from now on, until the signal aborts; those of flows when they begin, and again when they have ended.
   *
   * @example
   * for await (const run of runs(client).follow({ status: "failed" })) console.log(run.name, run.error?.message);
   */
  follow(filter?: RunFilter, options?: Pick<RequestOptions, "signal">): AsyncGenerator<Run, void>;
}

const FILTERS: readonly (keyof RunFilter)[] = ["kind", "name", "status", "trigger", "request", "trace", "job", "item"];
const PATH = "api/runs";
const WAIT_SECONDS = 20;
/** Longer than the server waits. */
const FOLLOW_TIMEOUT_MS = 40_000;

/** The runs of the client's workspace, with the credentials of the client. */
export function runs(client: Pick<Client, "request">, options: PartOptions = {}): Runs {
  const request = partRequester(client, options, "runs");
  return {
    async list(filter = {}, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "list");
      const query = pageQuery(filter, "list", [...FILTERS, "since", "until"]);
      return request({ method: "GET", path: PATH, query }, options, jsonIn<Page<Run>>);
    },
    async get(id, options = {}) {
      requireKnown(options, REQUEST_OPTIONS, "get");
      const path = `${PATH}/${encodeURIComponent(id)}`;
      return request(
        { method: "GET", path },
        options,
        async (response) => (await jsonIn<{ data: WholeRun }>(response)).data,
      );
    },
    async *follow(filter = {}, { signal } = {}) {
      requireKnown(filter, FILTERS, "follow");
      let after: string | undefined;
      while (!signal?.aborted) {
        const query = { ...filter, after, wait: String(WAIT_SECONDS) };
        const limits = { signal, timeoutMs: FOLLOW_TIMEOUT_MS };
        const page = request({ method: "GET", path: `${PATH}/follow`, query }, limits, jsonIn<FollowedPage>);
        const { data, next } = await page.catch((error: unknown) => {
          if (signal?.aborted) return { data: [], next: undefined };
          throw error;
        });
        after = next;
        yield* data;
      }
    },
  };
}

interface FollowedPage {
  readonly data: readonly Run[];
  readonly next: string | undefined;
}
