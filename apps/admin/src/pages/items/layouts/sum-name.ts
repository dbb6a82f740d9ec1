import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Sum } from "./groups.ts";

export function sumName({ fn, field }: Sum): MessageDescriptor {
  if (fn === "sum") return msg`Sum of ${field}`;
  if (fn === "avg") return msg`Average of ${field}`;
  return fn === "min" ? msg`Smallest ${field}` : msg`Largest ${field}`;
}
