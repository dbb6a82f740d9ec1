import type { RequestSource } from "./auth-messages.ts";

/** In which better-auth finds the client's address. What a caller sends under this name is removed. */
export const ADDRESS_HEADER = "x-plinth-remote-address";

/** Where a request comes from, by its headers. */
export function requestSourceOf(headers: Headers): RequestSource {
  return { address: headers.get(ADDRESS_HEADER), cookies: headers.get("cookie") };
}
