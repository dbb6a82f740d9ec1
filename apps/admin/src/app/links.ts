import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback } from "react";

/** The address of a page in a workspace, by its path below it. */
export function hrefIn(workspace: string, path: string): string {
  return `/t/${encodeURIComponent(workspace)}${path === "" ? "" : `/${path}`}`;
}

/** Leads to a page of any workspace, by its path below that. */
export function useGoIn(): (workspace: string, path: string, search?: Record<string, unknown>) => void {
  const navigate = useNavigate();
  return useCallback(
    (workspace, path, search = {}) =>
      void navigate({ to: hrefIn(workspace, path), search } as object as Parameters<typeof navigate>[0]),
    [navigate],
  );
}

/** Leads to a page of the same workspace, by its path below it, such as `keys/new`. */
export function useGo(): (path: string, search?: Record<string, unknown>) => void {
  const goIn = useGoIn();
  const { workspace = "" } = useParams({ strict: false });
  return useCallback((path, search) => goIn(workspace, path, search), [goIn, workspace]);
}
