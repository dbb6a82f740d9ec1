import { Link, useParams } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { hrefIn } from "./links.ts";

interface PageLinkProps extends Omit<ComponentProps<"a">, "href"> {
  /** Below the workspace, such as `keys` or `collections/posts/items`. */
  readonly path: string;
  readonly search?: Record<string, unknown>;
  /** It counts as the current page only where the address is its own, not one below it. */
  readonly exact?: boolean;
}

/** A link to another page of the same workspace. */
export function PageLink({ path, search, exact = false, ...rest }: PageLinkProps): ReactNode {
  const { workspace = "" } = useParams({ strict: false });
  return (
    <Link
      to={hrefIn(workspace, path)}
      search={search as never}
      activeOptions={{ exact, includeSearch: false }}
      {...(rest as object)}
    />
  );
}
