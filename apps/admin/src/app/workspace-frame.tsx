import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from "react";
import { apiOf } from "../api/api.ts";
import { clientOf } from "../api/client.ts";
import {
  meQuery,
  type Operator,
  type Rights,
  rightsOf,
  useWorkspace,
  type Workspace,
  WorkspaceContext,
} from "../api/workspace.ts";
import { RefusalAdvice } from "../ui/refusal-advice.ts";
import { useCurrentView } from "./current-view.ts";
import { Forbidden } from "./forbidden.tsx";
import { rememberWorkspace } from "./last-workspace.ts";
import { allowsView } from "./may-open.ts";
import { PagePending } from "./page-pending.tsx";
import { Shell } from "./shell/shell.tsx";
import { SignIn } from "./sign-in.tsx";
import { SeenAs } from "./view-as/seen-as.tsx";

/** Few ever see it. */
const ClosedWorkspace = lazy(() => import("./closed-workspace.tsx"));

/** Everything below `/t/:workspace`: who is signed in, the navigation, and the page. */
export function WorkspaceFrame(): ReactNode {
  const { workspace: slug = "" } = useParams({ strict: false });
  const { data: me, error, refetch } = useQuery(meQuery(slug));
  const workspace = useMemo(() => me && workspaceOf(slug, me), [slug, me]);
  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.slug);
  }, [workspace]);
  // A later reading that fails takes nothing away of what is shown and typed.
  if (error && !me)
    return (
      <Suspense fallback={<PagePending />}>
        <ClosedWorkspace slug={slug} error={error} onRetry={() => void refetch()} />
      </Suspense>
    );
  if (!me || !workspace) return <PagePending />;
  if (me.kind !== "operator") return <SignIn />;
  return (
    <WorkspaceContext value={workspace}>
      <RefusalAdvice value={adviceOf(workspace.rights)}>
        <Shell>
          <Allowed />
        </Shell>
      </RefusalAdvice>
    </WorkspaceContext>
  );
}

function adviceOf({ server, own }: Rights): MessageDescriptor {
  if (server) return msg`You run this server: no other role would help, and the message says what stands in the way.`;
  if (own) return msg`Owners of the server may do this, and those of a workspace may not.`;
  return msg`An owner or administrator of this workspace can give you a role that may.`;
}

function workspaceOf(slug: string, me: Operator): Workspace {
  const client = clientOf(slug);
  return { slug, client, api: apiOf(client), me, rights: rightsOf(me) };
}

function Allowed(): ReactNode {
  const view = useCurrentView();
  const { rights } = useWorkspace();
  if (view && !allowsView(view, rights)) return <Forbidden />;
  if (!view?.page.readsAs) return <Outlet />;
  return (
    <SeenAs>
      <Outlet />
    </SeenAs>
  );
}
