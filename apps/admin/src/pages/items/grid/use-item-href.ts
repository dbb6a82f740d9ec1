import { useParams, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { hrefIn } from "../../../app/links.ts";

/** Addresses of many items: the router takes a while for each link, so that it makes one and the rest follow. */
export function useItemHref(path: string): (id: string) => string {
  const { workspace = "" } = useParams({ strict: false });
  const router = useRouter();
  const { publicHref } = router.buildLocation({ to: hrefIn(workspace, path) } as object as Parameters<
    typeof router.buildLocation
  >[0]);
  const [address = "", search] = publicHref.split("?");
  return useCallback(
    (id) => `${address}/${encodeURIComponent(id)}${search === undefined ? "" : `?${search}`}`,
    [address, search],
  );
}
