/** The origin of a request, for the check of local visitors. */
export interface IncomingRequest {
  url: string;
  headers: Headers;
  /** The peer's address, if the host provides it. */
  remoteAddress: string | undefined;
}
