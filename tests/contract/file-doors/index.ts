import type { Door } from "./door.ts";
import { FILE_DOORS } from "./files.ts";
import { ITEM_DOORS } from "./items.ts";
import { S3_DOORS } from "./s3.ts";

/** Every way by which a file that may not be read is sought, for one scenario. */
export const FILE_DOOR_TABLE: readonly Door[] = [...FILE_DOORS, ...ITEM_DOORS, ...S3_DOORS];

/** Routes that answer whoever the rules let, and are sought by other scenarios: the beginning of their names. */
export const SOUGHT_ELSEWHERE: Readonly<Record<string, string>> = {
  "GET /api/realtime/items/:slug": "file doors: events tell",
  "GET /api/realtime/socket": "sockets: many subscriptions, each with what enters",
  ...functionRoutes("functions: one that acts as its caller reads no item that the caller may not"),
};

/** A function reads by the services that all other doors have. */
function functionRoutes(scenario: string): Record<string, string> {
  const paths = ["/api/functions/:name", "/api/functions/:name/:path+"];
  const names = ["GET", "POST", "PUT", "PATCH", "DELETE"].flatMap((method) => paths.map((path) => `${method} ${path}`));
  return Object.fromEntries(names.map((name) => [name, scenario]));
}

/**
 * Routes of accounts and of the server, messages of the callers themselves, and questions of flows, whose authors choose what is shown to
 * whom: no item leaves by them.
 */
export const WITHOUT_ITEMS =
  /^\/(health|\.well-known)|^\/api\/(auth|organizations?|organization-invitations|active-organization|passkeys|sessions|linked-accounts|invitations|workspaces|approvals|approval-links|realtime\/(channels|presence|tickets))(\/|$)|^\/api\/me(\/terms|\/delete|\/phone)?$|^\/api\/flows\/:name\/message$/;
