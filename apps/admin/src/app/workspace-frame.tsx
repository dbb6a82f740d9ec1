import { useQuery } from "@tanstack/react-query";
import { Outlet, useMatches, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo } from "react";
import { apiOf } from "../api/api.ts";
import { clientOf } from "../api/client.ts";
import { meQuery, type Operator, rightsOf, type Workspace, WorkspaceContext } from "../api/workspace.ts";
import { Forbidden } from "./forbidden.tsx";
import { rememberWorkspace } from "./last-workspace.ts";
import { PageFailure } from "./page-failure.tsx";
import { PagePending } from "./page-pending.tsx";
import { Shell } from "./shell/shell.tsx";
import { SignIn } from "./sign-in.tsx";

/** Everything below `/t/:workspace`: who is signed in, the navigation, and the page. */
export function WorkspaceFrame(): ReactNode {
  const { workspace: slug = "" } = useParams({ strict: false });
  const { data: me, error, refetch } = useQuery(meQuery(slug));
  const workspace = useMemo(() => me && workspaceOf(slug, me), [slug, me]);
  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.slug);
  }, [workspace]);
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!me || !workspace) return <PagePending />;
  if (me.kind !== "operator") return <SignIn />;
  return (
    <WorkspaceContext value={workspace}>
      <Shell>
        <Allowed />
      </Shell>
    </WorkspaceContext>
  );
}

function workspaceOf(slug: string, me: Operator): Workspace {
  const client = clientOf(slug);
  return { slug, client, api: apiOf(client), me, rights: rightsOf(me) };
}

function Allowed(): ReactNode {
  const page = useMatches().findLast(({ staticData }) => staticData.page)?.staticData.page;
  const { workspace: slug = "" } = useParams({ strict: false });
  const { data: me } = useQuery(meQuery(slug));
  if (page && me && !page.allows(rightsOf(me))) return <Forbidden />;
  return <Outlet />;
}
