import { FILE_COLLECTIONS } from "./files.ts";
import { organizationCollections } from "./organizations.ts";
import type { CollectionDefinition, SystemCollection } from "./schema.ts";

export type BuiltInDefinition = CollectionDefinition & { system: SystemCollection };

/**
 * The built-in collections that a workspace gets together with `system`, in the order in which their tables can be made. `users` is the
 * slug of its collection of users. None for that one: every workspace has it.
 */
export function builtInGroup(system: SystemCollection, users: string): readonly BuiltInDefinition[] {
  const groups = [FILE_COLLECTIONS, organizationCollections(users)];
  return groups.find((group) => group.some((one) => one.system === system)) ?? [];
}
