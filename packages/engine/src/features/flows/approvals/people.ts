import {
  isUuid,
  MEMBER_ROLES,
  type MemberRole,
  memberRoleIn,
  OPERATORS_POOL_ID,
  type Principal,
  ROLE_AUTHENTICATED,
  type SqlDriver,
} from "@plinth/core";
import { findOperatorRights, findUser, findUserByEmail, findUserRights, type UserRow } from "@plinth/db";
import { NodeFailure } from "../nodes/node-kind.ts";

const USER = "user:";
const ADDRESS = "address:";

/** Somebody who may decide. */
export interface Person {
  /** `user:ID` of a user or operator, or `address:EMAIL`. */
  readonly name: string;
  /** Where a link may be sent. Null: nowhere. */
  readonly email: string | null;
}

/** The names by which a caller may decide. Keys and strangers have none. */
export function approverNames(principal: Principal): string[] {
  const { kind, id, workspaceId, roles } = principal;
  if (id === undefined) return [];
  if (kind === "user") return namesOf(id, roles);
  const role = kind === "operator" ? memberRoleIn(principal, workspaceId) : undefined;
  return role === undefined ? [] : [USER + id, ...membersLike(role)];
}

/** The same without roles that a user has lost since: a token goes on naming them until it ends. */
export async function currentNames(driver: SqlDriver, principal: Principal): Promise<string[]> {
  const { kind, id, workspaceId } = principal;
  const names = approverNames(principal);
  const user = kind === "user" && id !== undefined ? await findUser(driver, workspaceId, id) : undefined;
  // The rights of operators are of this request, and users of other issuers have those of their tokens alone.
  if (!user) return names;
  if (user.blockedAt !== null) return [];
  const { roles } = await findUserRights(driver, workspaceId, user.id);
  const held = new Set(namesOf(user.id, [...roles, ROLE_AUTHENTICATED]));
  return names.filter((name) => held.has(name));
}

/** The names that the person of a link has now. None: it may do nothing any more. */
export async function namesOfPerson(
  driver: SqlDriver,
  workspaceId: string,
  { person, email }: { readonly person: string; readonly email: string },
): Promise<string[]> {
  if (person.startsWith(ADDRESS)) return [person];
  const id = person.slice(USER.length);
  const isSame = (row: UserRow | undefined) => row?.blockedAt === null && row.email === email;
  const user = await findUser(driver, workspaceId, id);
  if (user) return isSame(user) ? namesOf(id, (await findUserRights(driver, workspaceId, id)).roles) : [];
  if (!isSame(await findUser(driver, OPERATORS_POOL_ID, id))) return [];
  const role = await roleOfOperator(driver, workspaceId, id);
  return role === undefined ? [] : [person, ...membersLike(role)];
}

/** The user of the workspace with this id or proven address. */
export async function namedUser(driver: SqlDriver, workspaceId: string, text: string): Promise<Person> {
  const row = await findAccount(driver, workspaceId, text);
  if (row && (isUuid(text) || row.emailVerified)) return personOf(row);
  throw noSuch("users", `there is no user with the id or the confirmed address ${text}`);
}

/** The operator with this id or address, who must be a member of the workspace. */
export async function namedOperator(driver: SqlDriver, workspaceId: string, text: string): Promise<Person> {
  const row = await findAccount(driver, OPERATORS_POOL_ID, text);
  if (row && (await roleOfOperator(driver, workspaceId, row.id)) !== undefined) return personOf(row);
  throw noSuch("operators", `no member of this workspace has the id or the address ${text}`);
}

/** Whoever has confirmed this address, so that nobody is asked twice; or else an address alone. */
export async function namedAddress(driver: SqlDriver, workspaceId: string, email: string): Promise<Person> {
  const isTheirs = (row: UserRow | undefined): row is UserRow => row?.emailVerified === true && row.blockedAt === null;
  const user = await findAccount(driver, workspaceId, email);
  if (isTheirs(user)) return personOf(user);
  const operator = await findAccount(driver, OPERATORS_POOL_ID, email);
  const isMember = isTheirs(operator) && (await roleOfOperator(driver, workspaceId, operator.id)) !== undefined;
  return isMember ? personOf(operator) : { name: ADDRESS + email.toLowerCase(), email };
}

/** The address of somebody who decides, confirmed or not: two with the same one are taken for one person. */
export async function emailOfPerson(
  driver: SqlDriver,
  workspaceId: string,
  person: string,
): Promise<string | undefined> {
  if (person.startsWith(ADDRESS)) return person.slice(ADDRESS.length);
  const id = person.slice(USER.length);
  const row = (await findUser(driver, workspaceId, id)) ?? (await findUser(driver, OPERATORS_POOL_ID, id));
  return row?.email?.toLowerCase();
}

/** Links are sent to addresses that are known to be the person's own. */
export function personOf({
  id,
  email,
  emailVerified,
  blockedAt,
}: Pick<UserRow, "id" | "email" | "emailVerified"> & { readonly blockedAt?: UserRow["blockedAt"] }): Person {
  return { name: USER + id, email: emailVerified && !blockedAt ? email : null };
}

function findAccount(driver: SqlDriver, pool: string, text: string): Promise<UserRow | undefined> {
  const known = text.toLowerCase();
  return isUuid(known as unknown) ? findUser(driver, pool, known) : findUserByEmail(driver, pool, known);
}

async function roleOfOperator(driver: SqlDriver, workspaceId: string, id: string): Promise<MemberRole | undefined> {
  const operator = (await findOperatorRights(driver, [id])).get(id);
  return operator && memberRoleIn({ operator }, workspaceId);
}

const namesOf = (id: string, roles: readonly string[]): string[] => [USER + id, ...roles.map((role) => `role:${role}`)];

/** Whoever has a role may also what those may who have a lower one. */
const membersLike = (role: MemberRole): string[] =>
  MEMBER_ROLES.slice(MEMBER_ROLES.indexOf(role)).map((lower) => `member:${lower}`);

function noSuch(field: string, problem: string): NodeFailure {
  return new NodeFailure(`from.${field}: ${problem}`, "VALIDATION", false);
}
