export { enableOrganizations, enableOrganizationsSchema } from "./enable.ts";
export * from "./invitations.ts";
export {
  activateOrganization,
  activeOrganizationSchema,
  listMembers,
  memberRoleSchema,
  removeMember,
  setMemberRole,
} from "./members.ts";
export {
  createOrganization,
  createOrganizationSchema,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
  updateOrganizationSchema,
} from "./organizations.ts";
export * from "./teams.ts";
