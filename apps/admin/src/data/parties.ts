import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApiGet, useApiList } from "../api/hooks.ts";
import { useWorkspace, workspacesQuery } from "../api/workspace.ts";

interface Account {
  readonly id: string;
  readonly email: string | null;
  readonly name: string;
}

/** Somebody or something that the security log names. */
export interface Party {
  readonly label: string;
  /** Below the workspace, where there is a page about it. */
  readonly path?: string;
}

/** As many as one request lists. */
const MOST = 200;

/** Finds what is meant by `user:ID`, `key:ID` and the like. `names`: all that will be asked for, so that one request reads them. */
export function useParties(names: readonly string[]): (name: string) => Party {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const ids = useMemo(() => [...new Set(names.flatMap(userIdsIn))].sort().slice(0, MOST), [names]);
  const operators = useOperatorAccounts();
  const filter = JSON.stringify({ id: { _in: ids } });
  const users = useApiGet<readonly Account[]>(
    "items/users",
    { filter, fields: "id,email,name", limit: MOST },
    { enabled: ids.length > 0 },
  );
  const keys = useApiGet<readonly { id: string; name: string }[]>("keys", {}, { enabled: rights.administer });
  const s3Keys = useApiGet<readonly { id: string; name: string }[]>(
    "s3-keys",
    {},
    { enabled: rights.administer && names.some((name) => /^(?:s3_)?key:/.test(name)) },
  );
  const schedules = useApiGet<readonly { id: string; name: string }[]>(
    "schedules",
    { limit: MOST },
    { enabled: rights.administer && names.some((name) => name.startsWith("schedule:")) },
  );
  const webhooks = useApiGet<readonly { id: string; name: string }[]>(
    "webhooks",
    {},
    { enabled: rights.administer && names.some((name) => name.startsWith("webhook:")) },
  );
  const workspaces = useQuery(workspacesQuery);
  const known = useMemo(() => {
    const found = new Map<string, Party>();
    for (const { id, name } of s3Keys.data ?? [])
      for (const kind of ["key", "s3_key"]) found.set(`${kind}:${id}`, { label: name, path: "s3-keys" });
    for (const { id, name } of keys.data ?? []) found.set(`key:${id}`, { label: name, path: `keys/${id}` });
    for (const { id, name } of schedules.data ?? [])
      found.set(`schedule:${id}`, { label: name, path: `schedules/${id}` });
    for (const { id, name } of webhooks.data ?? []) found.set(`webhook:${id}`, { label: name, path: `webhooks/${id}` });
    for (const one of workspaces.data?.data ?? [])
      found.set(`workspace:${one.id}`, { label: one.name, path: `workspaces/${one.slug}` });
    for (const one of users.data ?? []) found.set(`user:${one.id}`, { label: nameOf(one), path: `users/${one.id}` });
    const list = rights.server ? "operators" : "members";
    for (const one of operators) found.set(`user:${one.id}`, { label: nameOf(one), path: list });
    return found;
  }, [keys.data, s3Keys.data, schedules.data, webhooks.data, workspaces.data, users.data, operators, rights.server]);
  return (name) => {
    const [asUser = "", operator] = name.split(" by operator:");
    if (operator !== undefined) {
      const by = known.get(`user:${operator}`)?.label ?? operator.slice(-8);
      const user = known.get(asUser);
      return { ...user, label: t`${by}, as ${user?.label ?? asUser.slice(-8)}` };
    }
    const party = known.get(name);
    if (party) return party;
    const [kind = "", id = ""] = name.split(/:(.*)/s);
    const short = id.slice(-8);
    switch (kind) {
      case "user":
        return { label: t`Account ${short}` };
      case "key":
        return { label: t`Revoked key ${short}` };
      case "s3_key":
        return { label: t`S3 key ${short}`, path: "s3-keys" };
      case "session":
        return { label: t`Session ${short}` };
      case "invitation":
        return { label: t`Invitation ${short}` };
      case "workspace":
        return { label: t`Workspace ${short}` };
      case "organization":
        return { label: t`Organization ${short}`, path: `organizations/${id}` };
      case "provider":
        return { label: t`Provider ${id}`, path: "sign-in/providers" };
      case "role":
        return { label: t`Role ${id}`, path: "roles" };
      case "member":
        return { label: t`Members: ${id}`, path: "members" };
      case "address":
        return { label: id };
      case "collection":
        return { label: id === "*" ? t`All collections` : id, path: "rules" };
      case "function":
        return { label: id, path: `functions/${id}` };
      case "flow":
        return { label: id, path: `flows/${id}` };
      case "schedule":
        return { label: t`Schedule ${short}` };
      case "webhook":
        return { label: t`Webhook ${short}` };
      case "job_queue":
        return { label: id, path: `jobs/queues/${encodeURIComponent(id)}` };
      case "mail_template":
        return { label: id, path: `mail/${id}` };
      case "signing_key":
        return { label: t`Signing key ${short}`, path: "sign-in/tokens" };
      case "issuer":
        return { label: t`Issuer ${short}`, path: "sign-in/tokens" };
      case "job":
        return { label: t`Job ${short}`, path: `jobs/${id}` };
      case "file":
        return { label: t`File ${short}`, path: `collections/files/items/${id}` };
      case "approval":
        return { label: t`Approval ${short}`, path: "approvals" };
      default:
        return { label: name };
    }
  };
}

/** The operators that the caller may know: all of them, or those of the workspace. */
export function useOperatorAccounts(): readonly Account[] {
  const { rights } = useWorkspace();
  const operators = useApiList<Account>("operators", { limit: MOST }, { enabled: rights.server });
  const members = useApiList<Account>("members", { limit: MOST }, { enabled: rights.administer && !rights.server });
  return rights.server ? operators.rows : members.rows;
}

export function nameOf({ email, name, id }: Account): string {
  return name || email || id.slice(-8);
}

function userIdsIn(name: string): string[] {
  const [, user] = /^user:([0-9a-f-]{36})/.exec(name) ?? [];
  return user === undefined ? [] : [user];
}
