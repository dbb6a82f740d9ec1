import { excerpt, type Principal, suggest } from "@plinth/core";
import type { RequestContext } from "./engine.ts";
import { jobHandlers } from "./jobs.ts";

/** What is wrong with a name that nothing has, as the end of a sentence. `names`: those that there are; undefined: the caller may not know. */
export function unknownName(what: "function" | "flow", name: string, names: readonly string[] | undefined): string {
  const others =
    names === undefined ? "" : names.length === 0 ? "; there is none yet" : suggest(name, names, "there are");
  return `there is no ${what} named ${excerpt(name)}${others}`;
}

/** Whether the caller may read which functions and flows there are: with full rights, as the routes that list them ask. */
export function mayListCode({ scope, functionName, flowName }: Principal): boolean {
  return scope === undefined && functionName === undefined && flowName === undefined;
}

/** What is wrong with the name of a function that a setting or a node holds; undefined: it is there. */
export async function functionNameProblem(ctx: RequestContext, name: string): Promise<string | undefined> {
  // Its feature tells by the kind of its jobs; hosts without it refuse such settings on their own.
  return jobHandlers(ctx.engine).get("function")?.checkName?.(ctx, name);
}
