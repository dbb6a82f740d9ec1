import { useLingui } from "@lingui/react/macro";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useGo } from "../../app/links.ts";
import { confirm } from "../../ui/confirm.ts";
import type { MenuEntry } from "../../ui/menu-entries.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { toast } from "../../ui/toast.ts";
import type { User, UserRemoval } from "./user.ts";

/** What an administrator can do with an account, beside its roles. `onAct`: an owner of the server wants to act as the user. */
export function useUserActions(user: User | undefined, onAct: () => void) {
  const { t } = useLingui();
  const { client, rights } = useWorkspace();
  const go = useGo();
  const path = `users/${user?.id}`;
  const block = useApiMutation({
    run: (api) => api.post(`${path}/${user?.blocked_at ? "unblock" : "block"}`),
    changes: ["users", "security-log"],
  });
  const signOut = useApiMutation({
    run: (api) => api.post(`${path}/sign-out`),
    changes: ["security-log"],
    onDone: () => toast.success(t`All sessions of this user have ended`),
  });
  const secondFactor = useApiMutation({
    run: (api) => api.delete(`${path}/second-factor`),
    changes: ["users", "security-log"],
    onDone: () => toast.success(t`The second factor is removed, and all sessions have ended`),
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
    run: async () => saveFile(`user-${user?.id}.json`, await (await client.request(`api/${path}/export`)).blob()),
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
  const askSecondFactor = async () => {
    const confirmed = await confirm({
      title: t`Remove the second factor of ${user?.name || user?.email || t`this user`}?`,
      description: t`For somebody who has lost the phone. Make sure that it is really them: from then on the first factor, such as the password, is enough. All sessions end, and the user gets a mail.`,
      confirmLabel: t`Remove second factor`,
      danger: true,
    });
    if (confirmed) secondFactor.mutate();
  };
  const entries: readonly MenuEntry[] = [
    ...(rights.server ? [{ label: t`Act as this user…`, onSelect: onAct }] : []),
    { label: t`Sign out everywhere`, onSelect: () => signOut.mutate() },
    { label: t`Remove the second factor`, onSelect: () => void askSecondFactor() },
    { label: t`Download all data`, onSelect: () => download.mutate() },
    "separator",
    { label: t`Delete, keep the items`, danger: true, onSelect: () => void askRemoval("release") },
    { label: t`Delete with all items`, danger: true, onSelect: () => void askRemoval("delete") },
  ];
  const error = block.error ?? signOut.error ?? secondFactor.error ?? remove.error ?? download.error;
  return { block, entries, error };
}
