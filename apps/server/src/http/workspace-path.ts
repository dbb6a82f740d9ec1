/** The workspace that a path names, and the request as if it did not. */
export interface WorkspacePath {
  readonly workspace: string | undefined;
  readonly request: Request;
}

const NAMED = /^([a-z]+:\/\/[^/?#]*(?:\/api)?)\/t\/([^/?#]+)(\/[^?#]*)?/i;

/**
 * `/api/t/:workspace/…` and `/t/:workspace/…` name a workspace by its slug or id. What follows is routed as it is without
 * that, so that no route can be forgotten.
 */
export function workspacePathOf(request: Request): WorkspacePath {
  const { url } = request;
  const found = url.includes("/t/") ? NAMED.exec(url) : null;
  if (!found) return { workspace: undefined, request };
  const [whole, api, workspace, rest = ""] = found;
  // What others look up below the issuer of a workspace's tokens has a fixed name, without `/api`.
  const before = rest.startsWith("/.well-known/") ? api!.replace(/\/api$/, "") : api;
  return { workspace, request: new Request(`${before}${rest || "/"}${url.slice(whole.length)}`, request) };
}
