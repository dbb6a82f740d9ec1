import { useSearch } from "@tanstack/react-router";

/** Of links to another workspace, which has other users and roles. */
export const NOT_VIEWING: { readonly as: undefined } = { as: undefined };

interface Middleware {
  readonly search: object;
  readonly next: (search: object) => object;
}

/** Every link within the workspace keeps as whom its items are read, unless it names somebody itself. */
export function keepViewing({ search, next }: Middleware): object {
  const target = next(search);
  return "as" in search && !("as" in target) ? { ...target, as: search.as } : target;
}

/** As whom the address says that items are read. */
export function useViewing(): string | undefined {
  const { as } = useSearch({ strict: false }) as { readonly as?: unknown };
  return typeof as === "string" && as !== "" ? as : undefined;
}
