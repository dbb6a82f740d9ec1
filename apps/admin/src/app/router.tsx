import { PlinthClientError } from "@plinth/client";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { NotFound } from "./not-found.tsx";
import { PAGES } from "./page.ts";
import { PageFailure } from "./page-failure.tsx";
import { PagePending } from "./page-pending.tsx";
import { SignIn } from "./sign-in.tsx";
import { startPlace } from "./start-place.ts";
import { keepViewing } from "./view-as/address.ts";
import { WorkspaceFrame } from "./workspace-frame.tsx";

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: PageFailure });

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  loader: async () => {
    throw redirect({ ...(await startPlace()), replace: true } as object as Parameters<typeof redirect>[0]);
  },
  pendingComponent: PagePending,
  errorComponent: (failure) => (isSignedOut(failure.error) ? <SignIn /> : <PageFailure {...failure} />),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/t/$workspace",
  component: WorkspaceFrame,
  search: { middlewares: [keepViewing] },
});

const views = PAGES.flatMap((page) =>
  Object.entries(page.views).map(([path, load]) =>
    createRoute({
      getParentRoute: () => workspace,
      path: [page.path, path].filter((part) => part !== "").join("/") || "/",
      component: lazyRouteComponent(load),
      staticData: { page, view: path },
    }),
  ),
);

/** The address of every state; `search` holds what a view keeps there. */
export const router = createRouter({
  routeTree: root.addChildren([start, workspace.addChildren(views)]),
  basepath: "/admin",
  defaultPreload: "intent",
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFailure,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    readonly page?: import("./page.ts").AdminPage;
    /** Which of its views. */
    readonly view?: string;
  }
}

function isSignedOut(error: unknown): boolean {
  return error instanceof PlinthClientError && error.status === 401;
}
