import { nearest } from "@plinth/core";

/** Where other products have the items of a collection. */
const ITEMS: readonly RegExp[] = [
  /^\/items\/([^/]+)(?:\/([^/]+))?$/,
  /^\/rest\/v1\/([^/]+)$/,
  /^\/api\/collections\/([^/]+)\/records(?:\/([^/]+))?$/,
  /^\/api\/data\/([^/]+)(?:\/([^/]+))?$/,
];
/** Other names of single routes, and versions in front of them. */
const SAME: readonly (readonly [RegExp, string])[] = [
  // Supabase
  [/^\/auth\/v1\/token$/i, "/api/auth/sign-in/email"],
  [/^\/auth\/v1\/signup$/i, "/api/auth/sign-up/email"],
  [/^\/auth\/v1\/logout$/i, "/api/auth/sign-out"],
  [/^\/auth\/v1\/user$/i, "/api/me"],
  [/^\/auth\/v1\/recover$/i, "/api/auth/request-password-reset"],
  [/^\/auth\/v1\/otp$/i, "/api/auth/email-otp/send-verification-otp"],
  [/^\/auth\/v1\/verify$/i, "/api/auth/verify-email"],
  // PocketBase, whose users are a collection
  [/^\/api\/collections\/[^/]+\/auth-with-password$/i, "/api/auth/sign-in/email"],
  [/^\/api\/collections\/[^/]+\/auth-with-otp$/i, "/api/auth/sign-in/email-otp"],
  [/^\/api\/collections\/[^/]+\/request-otp$/i, "/api/auth/email-otp/send-verification-otp"],
  [/^\/api\/collections\/[^/]+\/auth-with-oauth2$/i, "/api/auth/sign-in/social"],
  [/^\/api\/collections\/[^/]+\/auth-refresh$/i, "/api/auth/token/refresh"],
  [/^\/api\/collections\/[^/]+\/request-password-reset$/i, "/api/auth/request-password-reset"],
  [/^\/api\/collections\/[^/]+\/confirm-password-reset$/i, "/api/auth/reset-password"],
  [/^\/api\/collections\/[^/]+\/request-verification$/i, "/api/auth/send-verification-email"],
  [/^\/api\/collections\/[^/]+\/request-email-change$/i, "/api/auth/change-email"],
  [/^(?:\/api)?(?:\/v1)?\/(?:auth|users)\/(?:login|log-in|signin|sign-in)$/i, "/api/auth/sign-in/email"],
  [/^(?:\/api)?(?:\/v1)?\/(?:auth|users)\/(?:signup|sign-up|register)$/i, "/api/auth/sign-up/email"],
  [/^(?:\/api)?(?:\/v1)?\/(?:auth|users)\/(?:logout|log-out|signout)$/i, "/api/auth/sign-out"],
  [/^(?:\/api)?(?:\/v1)?\/(?:(?:auth|users)\/)?me$/i, "/api/me"],
  [/^(?:\/api)?(?:\/v1)?\/(?:rules?|polic(?:y|ies)|permissions?)$/i, "/api/permissions"],
  [/^(?:\/api)?(?:\/v1)?\/graphql(?:\/v1)?$/i, "/api/graphql"],
];
const VERSION = /^\/api\/v1\/(?:items\/)?([^/]+)(?:\/([^/]+))?$/;
/** A collection where other products have it, directly below the API. */
const COLLECTION = /^\/api\/([a-z]\w*)(?:\/([^/]+))?$/i;
const MAX_CHARS = 200;

/** The route that other products give this address or a similar one. */
export function sameRoute(path: string): string | undefined {
  return path.length > MAX_CHARS ? undefined : SAME.find(([form, to]) => form.test(path) && path !== to)?.[1];
}

/** The address that is probably meant by one that does not exist. `paths` are those of the routes. */
export function nearestPath(path: string, paths: readonly string[]): string | undefined {
  if (path.length > MAX_CHARS) return undefined;
  return (
    sameRoute(path) ??
    itemsIn(path, ITEMS) ??
    likeRoute(path.replace("/api/v1/", "/api/"), paths) ??
    itemsIn(path, [VERSION]) ??
    itemsOutside(path, paths)
  );
}

/** What follows the name of a route is no item. */
function itemsOutside(path: string, paths: readonly string[]): string | undefined {
  const first = COLLECTION.exec(path)?.[1];
  const isRoute = (route: string): boolean => route.split("/")[2] === first;
  return first === undefined || paths.some(isRoute) ? undefined : itemsIn(path, [COLLECTION]);
}

function itemsIn(path: string, forms: readonly RegExp[]): string | undefined {
  for (const form of forms) {
    const [found, slug, id] = form.exec(path) ?? [];
    if (found !== undefined) return id === undefined ? `/api/items/${slug}` : `/api/items/${slug}/${id}`;
  }
  return undefined;
}

function likeRoute(path: string, paths: readonly string[]): string | undefined {
  const parts = path.split("/");
  for (const route of paths) {
    const pattern = route.split("/");
    if (pattern.length !== parts.length || pattern.includes("*")) continue;
    const fits = pattern.every((part, i) => part.startsWith(":") || nearest(parts[i]!, [part]) === part);
    if (fits) return pattern.map((part, i) => (part.startsWith(":") ? parts[i] : part)).join("/");
  }
  return undefined;
}
