import { PlinthClientError } from "@plinth/client";
import type { Api } from "../api/api.ts";
import type { Step } from "./plan.ts";

/** Messages about fields of a draft: by their key, and then by setting. */
export type Refusals = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ApplyFailure {
  readonly error: unknown;
  /** Index of the request that was refused; those before it took effect. */
  readonly step: number;
}

/** Sends the requests one after the other, and stops at the first that is refused. */
export async function applySteps(
  api: Api,
  steps: readonly Step[],
  onDone: (count: number) => void,
): Promise<ApplyFailure | undefined> {
  for (const [index, step] of steps.entries()) {
    try {
      await sendStep(api, step);
    } catch (error) {
      return { error, step: index };
    }
    onDone(index + 1);
  }
  return undefined;
}

function sendStep(api: Api, { method, path, body, query }: Step): Promise<unknown> {
  if (method === "POST") return api.post(path, body);
  return method === "PATCH" ? api.patch(path, body ?? {}) : api.delete(path, query);
}

/** What the server refused, at the fields that it names: by their place in the request, or by their name. */
export function refusalsOf(error: unknown, step: Step): Refusals {
  if (!(error instanceof PlinthClientError)) return {};
  const path = error.details?.field;
  if (typeof path !== "string") return {};
  const [head, index, ...setting] = path.split(".");
  const key = head === "fields" ? step.keys[Number(index)] : step.keys[step.names.indexOf(path)];
  if (key === undefined) return {};
  const message = error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
  return { [key]: { [setting[0] ?? "name"]: message } };
}
