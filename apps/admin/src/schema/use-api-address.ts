import { API_URL } from "../api/config.ts";
import { useWorkspace } from "../api/workspace.ts";
import type { ApiAddress } from "./code-samples.ts";

/** Where programs find the page's workspace. */
export function useApiAddress(key?: string): ApiAddress {
  const { slug } = useWorkspace();
  return { url: API_URL, workspace: slug === DEFAULT_WORKSPACE ? undefined : slug, key };
}

/** The page on which the users of the page's workspace sign in. */
export function useSignInAddress(): string {
  const { url, workspace } = useApiAddress();
  return `${url}${workspace === undefined ? "" : `/t/${workspace}`}/sign-in`;
}

/** The workspace of addresses without one. */
const DEFAULT_WORKSPACE = "default";
