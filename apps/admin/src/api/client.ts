import { type Client, createClient, type View } from "@plinth/client";
import { API_URL, SAME_ORIGIN } from "./config.ts";
import { sessionToken } from "./token.ts";

/** What pages of a workspace need of a client. */
export type WorkspaceClient = View & Pick<Client, "changes">;

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

/** What the server answers as somebody else, or refuses there: reads of items, and the description of the API. */
const SEEN_AS = /^api\/(?:items\/|batch$|openapi\.json$)/;

/** The client of an operator who sees as somebody else. All other routes stay the operator's. */
export function viewOf(workspace: string, principal: string): WorkspaceClient {
  const own = clientOf(workspace);
  const view = own.viewAs(principal);
  return {
    ...view,
    changes: own.changes,
    request: (path, content) => (SEEN_AS.test(path) ? view : own).request(path, content),
  };
}
