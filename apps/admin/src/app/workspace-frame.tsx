import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo } from "react";
import { apiOf } from "../api/api.ts";
import { clientOf } from "../api/client.ts";
import { meQuery, type Operator, rightsOf, useWorkspace, type Workspace, WorkspaceContext } from "../api/workspace.ts";
import { useCurrentPage } from "./current-page.ts";
import { Forbidden } from "./forbidden.tsx";
import { rememberWorkspace } from "./last-workspace.ts";
import { PageFailure } from "./page-failure.tsx";
import { PagePending } from "./page-pending.tsx";
import { Shell } from "./shell/shell.tsx";
import { SignIn } from "./sign-in.tsx";
import { SeenAs } from "./view-as/seen-as.tsx";

/** Everything below `/t/:workspace`: who is signed in, the navigation, and the page. */
export function WorkspaceFrame(): ReactNode {
  const { workspace: slug = "" } = useParams({ strict: false });
  const { data: me, error, refetch } = useQuery(meQuery(slug));
  const workspace = useMemo(() => me && workspaceOf(slug, me), [slug, me]);
  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.slug);
  }, [workspace]);
  // A later reading that fails takes nothing away of what is shown and typed.
  if (error && !me) return <PageFailure error={error} reset={() => void refetch()} />;
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
  const page = useCurrentPage();
  const { rights } = useWorkspace();
  if (page && !page.allows(rights)) return <Forbidden />;
  if (!page?.readsAs) return <Outlet />;
  return (
    <SeenAs>
      <Outlet />
    </SeenAs>
  );
}
