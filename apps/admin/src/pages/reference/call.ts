import type { ApiCall } from "../../schema/code-samples.ts";
import type { Operation } from "./operations.ts";

/** What somebody has filled in. */
export interface Filled {
  readonly values: Readonly<Record<string, string>>;
  /** As JSON; empty for none. */
  readonly body: string;
}

/** The call as programs make it. Throws for a body that is no JSON. */
export function callOf({ method, path, parameters }: Operation, { values, body }: Filled): ApiCall {
  const own = path.replace(/\{(\w+)\}/g, (whole, name: string) =>
    values[name] ? encodeURIComponent(values[name]) : whole,
  );
  const query = Object.fromEntries(
    parameters.flatMap(({ in: place, name }) => (place === "query" && values[name] ? [[name, values[name]]] : [])),
  );
  const sent = body.trim() === "" ? undefined : (JSON.parse(body) as object);
  const options = [
    `method: ${JSON.stringify(method)}`,
    ...(Object.keys(query).length > 0 ? [`query: ${JSON.stringify(query)}`] : []),
    ...(sent ? [`body: ${JSON.stringify(sent)}`] : []),
  ];
  return {
    method: method as ApiCall["method"],
    path: own,
    ...(Object.keys(query).length > 0 && { query }),
    ...(sent && { body: sent }),
    client: `client.request(${JSON.stringify(own.replace(/^\//, ""))}, { ${options.join(", ")} })`,
  };
}

/** The parameters of the path that nobody has filled in. */
export function missingIn({ parameters }: Operation, { values }: Filled): string[] {
  return parameters.flatMap(({ in: place, name }) => (place === "path" && !values[name] ? [name] : []));
}
