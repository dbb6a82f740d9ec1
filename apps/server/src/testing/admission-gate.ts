import type { PlinthError, Principal } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import type { Context } from "hono";
import type { AppEnv, LoadClass } from "../context.ts";
import { createAdmission } from "../http/admission.ts";
import type { Handler } from "../http/route.ts";

/** What was logged. */
export const warnings: string[] = [];
export const quiet = () => {};
export const log = { debug: quiet, info: quiet, error: quiet, warn: (message: string) => void warnings.push(message) };

export interface From {
  id?: string;
  address?: string;
  workspace?: string;
  signal?: AbortSignal;
}

export function requestFrom({ id, address, workspace = "w", signal }: From): Context<AppEnv> {
  const principal: Principal = {
    kind: id ? "key" : "anonymous",
    workspaceId: workspace,
    ...(id && { id }),
    roles: [],
    bypass: false,
  };
  const raw = new Request("http://localhost/", signal ? { signal } : {});
  const env = { principal, platform: { config: testConfig() }, host: { remoteAddress: address } };
  return { env, req: { raw, url: raw.url } } as unknown as Context<AppEnv>;
}

export const LIMITS = { maxWaiting: 0, maxInFlight: 2, maxBodyBytes: 1000, maxAnswerBytes: 1000, trustProxy: 0 };

/** Admission over requests that end when the test ends them, however slow the machine is. */
export function gate(maxWaiting: number, load: LoadClass = "bulk") {
  const admission = createAdmission({ ...LIMITS, maxWaiting }, log, Number.POSITIVE_INFINITY);
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const send = (name: string, from: From) => {
    const handler: Handler = () => {
      order.push(name);
      return new Promise((resolve) => ends.push(() => resolve(new Response(name))));
    };
    const answer = Promise.resolve(admission.admitted(load, handler)(requestFrom(from)));
    return answer.then(
      ({ status }) => String(status),
      (error: PlinthError) => `${error.code} ${error.details?.retry_after}`,
    );
  };
  const endOne = async () => {
    ends.shift()!();
    await Bun.sleep(0);
  };
  return { admission, order, send, endOne };
}
