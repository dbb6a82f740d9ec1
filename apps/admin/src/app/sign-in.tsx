import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { API_URL, SAME_ORIGIN } from "../api/config.ts";
import { PagePending } from "./page-pending.tsx";

const TokenSignIn = lazy(() => import("./token-sign-in.tsx"));

/** The server's own page for operators, with each of its ways in; it leads back here. On another origin, a form. */
export function SignIn(): ReactNode {
  useEffect(() => {
    if (!SAME_ORIGIN) return;
    const next = location.pathname + location.search;
    location.replace(`${API_URL}/operator/sign-in?next=${encodeURIComponent(next)}`);
  }, []);
  if (SAME_ORIGIN) return <PagePending />;
  return (
    <Suspense fallback={<PagePending />}>
      <TokenSignIn />
    </Suspense>
  );
}
