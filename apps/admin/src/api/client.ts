import { type Client, createClient } from "@plinth/client";
import { API_URL, SAME_ORIGIN } from "./config.ts";
import { sessionToken } from "./token.ts";

const clients = new Map<string, Client>();

/** The SDK's client of the signed-in operator, in a workspace or for the server as a whole. */
export function clientOf(workspace?: string): Client {
  const name = workspace ?? "";
  const known = clients.get(name);
  if (known) return known;
  const made = createClient({
    url: API_URL,
    operator: true,
    ...(workspace !== undefined && { workspace }),
    ...(!SAME_ORIGIN && { token: sessionToken }),
  });
  clients.set(name, made);
  return made;
}
