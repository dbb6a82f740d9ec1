/** What the beginning of a path says, and the request as if it did not. */
export interface WorkspacePath {
  /** The workspace, by slug or id. */
  readonly workspace?: string | undefined;
  readonly asOperator?: true;
  readonly request: Request;
}

const NAMED = /^([a-z]+:\/\/[^/?#]*(?:\/api)?)\/(?:t\/([^/?#]+)|operator(?:\/t\/([^/?#]+))?)(\/[^?#]*|(?=[?#]|$))/i;

/**
 * `/api/t/:workspace/…` and `/t/:workspace/…` name a workspace by its slug or id, `/api/operator/…` and `/operator/…` say
 * that an operator calls, and `/api/operator/t/:workspace/…` both. What follows is routed as it is without that, so that
 * no route can be forgotten.
 */
export function workspacePathOf(request: Request): WorkspacePath {
  const { url } = request;
  const found = url.includes("/t/") || url.includes("/operator") ? NAMED.exec(url) : null;
  if (!found) return { request };
  const [whole, api, own, operators, rest = ""] = found;
  // What others look up below the issuer of a workspace's tokens has a fixed name, without `/api`.
  const before = rest.startsWith("/.well-known/") ? api!.replace(/\/api$/, "") : api;
  const routed = new Request(`${before}${rest || "/"}${url.slice(whole.length)}`, request);
  return own === undefined
    ? { request: routed, workspace: operators, asOperator: true }
    : { request: routed, workspace: own };
}
