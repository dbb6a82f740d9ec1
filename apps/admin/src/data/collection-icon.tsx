import type { SystemCollection } from "@plinth/core";
import { Building2, Database, File, type LucideIcon, Users } from "lucide-react";
import type { ReactNode } from "react";

const SYSTEM_ICONS: Readonly<Record<SystemCollection, LucideIcon>> = {
  users: Users,
  organizations: Building2,
  organization_members: Building2,
  organization_teams: Building2,
  organization_team_members: Building2,
  files: File,
  file_contents: File,
};

/** What a collection holds: people, organizations, files, or what its workspace has declared. */
export function CollectionIcon({ system }: { readonly system?: SystemCollection | undefined }): ReactNode {
  const Icon = system ? SYSTEM_ICONS[system] : Database;
  return <Icon aria-hidden />;
}
