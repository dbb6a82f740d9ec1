/** The origin of a request, for the check of local visitors. */
export interface IncomingRequest {
  url: string;
  headers: Headers;
  /** The peer's address, if the host provides it. */
  remoteAddress: string | undefined;
}

/** A request to the accounts of a workspace. */
export interface PoolRequest extends IncomingRequest {
  readonly workspaceId: string;
  /** The workspace's own host name by which it came. */
  readonly workspaceHost?: string | undefined;
}
