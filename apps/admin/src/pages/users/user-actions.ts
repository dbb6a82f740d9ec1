import { useLingui } from "@lingui/react/macro";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useGo } from "../../app/links.ts";
import { confirm } from "../../ui/confirm.ts";
import type { MenuEntry } from "../../ui/menu-entries.tsx";
import { toast } from "../../ui/toast.ts";
import type { User, UserRemoval } from "./user.ts";

/** What an administrator can do with an account, beside its roles. */
export function useUserActions(user: User | undefined) {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const go = useGo();
  const path = `users/${user?.id}`;
  const block = useApiMutation({
    run: (api) => api.post(`${path}/${user?.blocked_at ? "unblock" : "block"}`),
    changes: ["users"],
  });
  const signOut = useApiMutation({
    run: (api) => api.post(`${path}/sign-out`),
    changes: [],
    onDone: () => toast.success(t`All sessions of this user have ended`),
  });
  const remove = useApiMutation({
    run: (api, items: "release" | "delete") => api.delete<UserRemoval>(path, { items }),
    changes: ["users", "items"],
    onDone: ({ complete, items }) => {
      toast.success(complete ? t`The user is deleted` : t`The user is deleted; its items follow`, {
        description: t`Items without an owner now: ${items.released}. Items deleted: ${items.deleted}.`,
      });
      go("users");
    },
  });
  const download = useApiMutation({
    run: async () => saveAs(await (await client.request(`api/${path}/export`)).blob(), `user-${user?.id}.json`),
    changes: [],
  });
  const askRemoval = async (items: "release" | "delete") => {
    const confirmed = await confirm({
      title: t`Delete ${user?.name || user?.email || t`this user`}?`,
      description:
        items === "delete"
          ? t`The account, its sessions and all items that it owns will be gone. The account cannot be brought back.`
          : t`The account and its sessions will be gone and cannot be brought back. Its items stay, without an owner.`,
      confirmLabel: t`Delete user`,
      danger: true,
    });
    if (confirmed) remove.mutate(items);
  };
  const entries: readonly MenuEntry[] = [
    { label: t`Sign out everywhere`, onSelect: () => signOut.mutate() },
    { label: t`Download all data`, onSelect: () => download.mutate() },
    "separator",
    { label: t`Delete, keep the items`, danger: true, onSelect: () => void askRemoval("release") },
    { label: t`Delete with all items`, danger: true, onSelect: () => void askRemoval("delete") },
  ];
  return { block, entries, error: block.error ?? signOut.error ?? remove.error ?? download.error };
}

/** Lets the browser keep a file. */
function saveAs(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
