import { Link, useParams } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { hrefIn } from "./links.ts";

interface PageLinkProps extends Omit<ComponentProps<"a">, "href"> {
  /** Below the workspace, such as `keys` or `collections/posts/items`. */
  readonly path: string;
  readonly search?: Record<string, unknown>;
  /** `false`: it counts as the current page also where the address is one below its own, as in the navigation. */
  readonly exact?: boolean;
}

/** A link to another page of the same workspace. */
export function PageLink({ path, search, exact = true, ...rest }: PageLinkProps): ReactNode {
  const { workspace = "" } = useParams({ strict: false });
  return (
    <Link
      to={hrefIn(workspace, path)}
      search={search as never}
      activeOptions={{ exact, includeSearch: search !== undefined }}
      {...(rest as object)}
    />
  );
}
