import type { Json } from "@plinth/core";
import { adminRequests } from "../admin-requests.ts";
import type { Client } from "../client.ts";
import type { RequestOptions, WriteOptions } from "../items/request.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import type { PartOptions } from "../part-requester.ts";
import type { FlowContent, FlowRun, FlowRunFilter, FlowRunStep, StoredFlow, WholeFlow } from "./types.ts";

/** Flows and their runs, for administrators. */
export interface Flows {
  list(options?: RequestOptions): Promise<StoredFlow[]>;
  get(name: string, options?: RequestOptions): Promise<WholeFlow>;
  /** A new version, which new runs follow from now on. */
  deploy(name: string, flow: FlowContent, options?: WriteOptions): Promise<StoredFlow>;
  /** Lets new runs follow another version. */
  rollback(name: string, version: number, options?: WriteOptions): Promise<StoredFlow>;
  enable(name: string, options?: WriteOptions): Promise<StoredFlow>;
  /** Nothing starts it any more. Runs that have begun go on. */
  disable(name: string, options?: WriteOptions): Promise<StoredFlow>;
  delete(name: string, options?: WriteOptions): Promise<void>;
  setSecret(name: string, secret: string, value: string, options?: WriteOptions): Promise<void>;
  deleteSecret(name: string, secret: string, options?: WriteOptions): Promise<void>;
  /**
   * Starts a run, which goes on after the answer.
   *
   * @example
   * const { id } = await flows(client).run("order", { total: 120 });
   */
  run(name: string, input?: Json, options?: WriteOptions): Promise<FlowRun>;
  /** The newest first. */
  runs(filter?: FlowRunFilter & PageOptions, options?: RequestOptions): Promise<Page<FlowRun>>;
  getRun(id: string, options?: RequestOptions): Promise<FlowRun>;
  /** What it has done, in its order. */
  steps(id: string, page?: PageOptions, options?: RequestOptions): Promise<Page<FlowRunStep>>;
  cancel(id: string, options?: WriteOptions): Promise<FlowRun>;
  /** From the node that has failed, or from another one; the results of earlier ones stay. */
  retry(id: string, from?: string, options?: WriteOptions): Promise<FlowRun>;
}

const RUNS = "api/flow-runs";
const RUN_FILTERS = ["flow", "state"] as const;

/**
 * The flows of the client's workspace, with the credentials of the client.
 *
 * @example
 * const { data } = await flows(client).runs({ flow: "order", state: "dead" });
 */
export function flows(client: Pick<Client, "request">, options: PartOptions = {}): Flows {
  const { at, page, read, write } = adminRequests(client, options, "flows", "api/flows");
  const runs = adminRequests(client, options, "flows", RUNS);
  const turn = (name: string, enabled: boolean, options: WriteOptions, method: string) =>
    write<StoredFlow>({ method: "PATCH", path: at(name), body: { enabled } }, options, method);
  return {
    list: async (options = {}) => read("api/flows", options, "list"),
    get: async (name, options = {}) => read(at(name), options, "get"),
    deploy: async (name, body, options = {}) => write({ method: "PUT", path: at(name), body }, options, "deploy"),
    rollback: async (name, version, options = {}) =>
      write({ method: "POST", path: at(name, "rollback"), body: { version } }, options, "rollback"),
    enable: async (name, options = {}) => turn(name, true, options, "enable"),
    disable: async (name, options = {}) => turn(name, false, options, "disable"),
    async delete(name, options = {}) {
      await write({ method: "DELETE", path: at(name) }, options, "delete");
    },
    async setSecret(name, secret, value, options = {}) {
      await write({ method: "PUT", path: at(name, "secrets", secret), body: { value } }, options, "setSecret");
    },
    async deleteSecret(name, secret, options = {}) {
      await write({ method: "DELETE", path: at(name, "secrets", secret) }, options, "deleteSecret");
    },
    run: async (name, input = null, options = {}) =>
      write({ method: "POST", path: at(name, "run"), body: { input } }, options, "run"),
    runs: async (filter = {}, options = {}) =>
      page(RUNS, pageQuery(filter, "flows.runs", RUN_FILTERS), options, "runs"),
    getRun: async (id, options = {}) => read(runs.at(id), options, "getRun"),
    steps: async (id, query = {}, options = {}) =>
      page(runs.at(id, "steps"), pageQuery(query, "flows.steps"), options, "steps"),
    cancel: async (id, options = {}) => write({ method: "POST", path: runs.at(id, "cancel") }, options, "cancel"),
    retry: async (id, from, options = {}) =>
      write({ method: "POST", path: runs.at(id, "retry"), body: from === undefined ? {} : { from } }, options, "retry"),
  };
}
