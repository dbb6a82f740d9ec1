import { useLingui } from "@lingui/react/macro";
import { useApiGet } from "../api/hooks.ts";

interface Profile {
  readonly email: string | null;
  readonly name: string | null;
}

/** What somebody is called whom the API names `anonymous`, `authenticated`, `role:NAME`, `user:ID` or `key:ID`. */
export function usePrincipalName(principal: string): string {
  const { t } = useLingui();
  const [kind = "", id = ""] = principal.split(/:(.*)/s);
  const [user = ""] = kind === "user" ? id.split("@") : [];
  const { data } = useApiGet<Profile>(`items/users/${encodeURIComponent(user)}`, {}, { enabled: user !== "" });
  switch (kind) {
    case "anonymous":
      return t`a stranger, without signing in`;
    case "authenticated":
      return t`every signed-in user`;
    case "role":
      return t`a user with the role ${id}`;
    case "user":
      return data?.email || data?.name || id;
    default:
      return principal;
  }
}
