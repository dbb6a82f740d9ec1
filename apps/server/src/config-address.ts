import { isLoopback } from "@plinth/core";

export interface ServerAddress {
  /** Undefined: the address is guessed from how the server was started or reached. */
  readonly appUrl: string | undefined;
  /** Where a server listens; undefined if that is wrong. */
  readonly host: string | undefined;
  /** The host of the server listens for it, on the internet. */
  readonly onHost: boolean;
}

/** Whether the server is on the machine of its user, as far as its settings tell. */
export function runsHere(settings: ServerAddress): boolean {
  return settings.appUrl === undefined ? listensHere(settings) : isLoopback(new URL(settings.appUrl).hostname);
}

export function listensHere({ host, onHost }: ServerAddress): boolean {
  return !onHost && host !== undefined && isLoopback(host);
}
