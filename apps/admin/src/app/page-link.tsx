import { Link, useParams } from "@tanstack/react-router";
import { type ComponentProps, type ReactNode, useContext } from "react";
import { WorkspaceContext } from "../api/workspace.ts";
import { hrefIn } from "./links.ts";
import { mayOpen } from "./may-open.ts";

interface PageLinkProps extends Omit<ComponentProps<"a">, "href"> {
  /** Below the workspace, such as `keys` or `collections/posts/items`. */
  readonly path: string;
  readonly search?: Record<string, unknown>;
  /** `false`: it counts as the current page also where the address is one below its own, as in the navigation. */
  readonly exact?: boolean;
  /** It only leads somewhere, and says nothing: whoever may not open the page does not see it. Else they read its text. */
  readonly leadsOnly?: boolean;
}

/** A link to another page of the same workspace, for those who may open it. */
export function PageLink({ path, search, exact = true, leadsOnly, ...rest }: PageLinkProps): ReactNode {
  const { workspace = "" } = useParams({ strict: false });
  const rights = useContext(WorkspaceContext)?.rights;
  if (rights && !mayOpen(path, rights)) {
    const { children, className, title } = rest;
    return leadsOnly ? null : (
      <span title={title} className={className?.replaceAll(LINK_LOOKS, "")}>
        {children}
      </span>
    );
  }
  return (
    <Link
      to={hrefIn(workspace, path)}
      search={search as never}
      activeOptions={{ exact, includeSearch: search !== undefined }}
      {...(rest as object)}
    />
  );
}

/** What distinguishes a link from a text. */
const LINK_LOOKS = /\b(?:hover:|after:)[\w/-]+|(?<![\w:-])(?:underline|text-accent-ink|row-link)(?![\w-])/g;
