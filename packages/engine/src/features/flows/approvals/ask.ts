import { type JobSteps, type Json, type JsonObject, sha256Hex, toBase64Url, uuidv7 } from "@plinth/core";
import { listMemberRows, listUserRows } from "@plinth/db";
import { commit } from "../../../commit/commit.ts";
import { nameOfCaller } from "../../../commit/mutate.ts";
import { countOfAll } from "../../../identity/limits/message-limits.ts";
import { publicAddress } from "../../../identity/public-address.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { outboxOf, wakeOutbox } from "../../../kernel/outbox.ts";
import { type AskedApproval, askedApproval, MAX_DETAILS } from "../nodes/approval.ts";
import { MAILS_A_DAY } from "../nodes/mail.ts";
import { type FlowNode, NodeFailure, partsAs } from "../nodes/node-kind.ts";
import { namedAddress, namedOperator, namedUser, type Person, personOf } from "./people.ts";
import {
  type ApprovalLinkRow,
  type ApprovalRow,
  deleteEarlierApprovals,
  findApproval,
  insertApprovalQueries,
} from "./repository.ts";

/** Asking fails with this code where mails may be sent again later. */
export const NO_MAIL_NOW = "RATE_LIMITED";
const TEMPLATE = "approval_request";
const TOKEN_BYTES = 32;
/** Of those who have a role: the others find what waits for them in the list. */
const MOST_MAILS = 20;

export interface Asking {
  readonly ctx: RequestContext;
  readonly step: JobSteps;
  readonly run: { readonly id: string; readonly name: string };
  readonly node: FlowNode;
  /** The place of the node in the run. */
  readonly path: string;
}

/** Asks once, however often this is tried again after the death of a server. */
export async function askApproval(asking: Asking, values: JsonObject): Promise<Json> {
  const { ctx, step, path } = asking;
  const asked = partsAs(askedApproval, values);
  const id = await step.run(`${path}.asked.key`, () => uuidv7(ctx.now) as string);
  const { workspaceId } = ctx.principal;
  const before = await findApproval(ctx.driver, workspaceId, id);
  if (before) return answerOf(before);
  const people = await namedPeople(ctx, asked.from);
  const groups = [
    ...asked.from.roles.map((role) => `role:${role}`),
    ...asked.from.members.map((member) => `member:${member}`),
  ];
  const row = rowOf(asking, id, { ...asked, needs: neededOf(asked, countPeople(people), groups.length) });
  const approvers = [...new Set([...people.map(({ name }) => name), ...groups])];
  const to = asked.mail ? [...people, ...(await peopleOfGroups(ctx, asked.from, MOST_MAILS))] : [];
  const { links, queries } = await mailsFor(ctx, row, { to, mustGet: mustGetMail(asked) });
  const write = commit(ctx, {
    queries: [
      deleteEarlierApprovals(ctx.driver, row),
      ...insertApprovalQueries(ctx.driver, row, { approvers, links }),
      ...queries,
    ],
    data: null,
    lasting: false,
  });
  await write.catch(async (error: unknown) => {
    // Another server may have taken this run over, and have asked: its mails are sent.
    if (!(await findApproval(ctx.driver, workspaceId, id))) throw error;
  });
  if (links.length > 0) wakeOutbox(ctx.engine);
  return answerOf(row);
}

const answerOf = ({ id, expiresAt }: Pick<ApprovalRow, "id" | "expiresAt">): JsonObject => ({
  approval: id,
  expires_at: new Date(expiresAt).toISOString(),
});

function rowOf({ ctx, run, node, path }: Asking, id: string, asked: AskedApproval & { needs: number }): ApprovalRow {
  const details = JSON.stringify(asked.details);
  const bytes = new TextEncoder().encode(details).length;
  if (bytes > MAX_DETAILS)
    throw new NodeFailure(`details: may take ${MAX_DETAILS} bytes, and takes ${bytes}`, "LIMIT_EXCEEDED", false);
  const { now, principal } = ctx;
  return {
    ...{ id, workspaceId: principal.workspaceId, jobId: run.id, flow: run.name, path, title: node.title ?? null },
    ...{ question: asked.question, details, needs: asked.needs, createdAt: now },
    expiresAt: now + Math.round(asked.expires_in * 1000),
    ...{ decided: 0, outcome: null, decidedAt: null },
  };
}

/** How many must approve. Where people are named alone, so many there must be. */
function neededOf({ needs }: AskedApproval, named: number, groups: number): number {
  if (named + groups === 0) throw new NodeFailure("from: names nobody", "VALIDATION", false);
  if (needs === "all") return named;
  const count = needs === "any" ? 1 : needs;
  if (groups > 0 || count <= named) return count;
  throw new NodeFailure(`needs: ${count} must approve, and from names ${named}`, "VALIDATION", false);
}

/** A user and an operator with one address are one person. */
const countPeople = (people: readonly Person[]): number =>
  new Set(people.map(({ name, email }) => email?.toLowerCase() ?? name)).size;

async function namedPeople(
  { driver, principal: { workspaceId } }: RequestContext,
  { users, operators, addresses }: AskedApproval["from"],
): Promise<Person[]> {
  const found = [
    ...(await Promise.all(users.map((text) => namedUser(driver, workspaceId, text)))),
    ...(await Promise.all(operators.map((text) => namedOperator(driver, workspaceId, text)))),
    ...(await Promise.all(addresses.map((text) => namedAddress(driver, workspaceId, text)))),
  ];
  return [...new Map(found.map((person) => [person.name, person])).values()];
}

/** Those who have one of the roles now, some of them. */
async function peopleOfGroups(
  { driver, principal: { workspaceId } }: RequestContext,
  { roles, members }: AskedApproval["from"],
  most: number,
): Promise<Person[]> {
  const found: Person[] = [];
  for (const role of roles) {
    const holders = await listUserRows(driver, workspaceId, { limit: most }, { role, blocked: false });
    found.push(...holders.map(personOf));
  }
  if (members.length > 0) {
    const all = await listMemberRows(driver, workspaceId, { limit: 200 });
    const some = all.filter(({ role }) => members.includes(role));
    found.push(...some.map(({ userId, ...row }) => personOf({ ...row, id: userId })));
  }
  return found.slice(0, most);
}

/** Whom flows know by an address alone, and everybody where silence approves. The others find what waits in the list. */
function mustGetMail({ from: { addresses }, on_expiry }: AskedApproval): (email: string) => boolean {
  const named = new Set(addresses.map((address) => address.toLowerCase()));
  return (email) => on_expiry === "approved" || named.has(email.toLowerCase());
}

/** One for each person. Throws where one cannot be sent now that somebody must get. */
async function mailsFor(
  ctx: RequestContext,
  row: ApprovalRow,
  { to, mustGet }: { readonly to: readonly Person[]; readonly mustGet: (email: string) => boolean },
) {
  const links: ApprovalLinkRow[] = [];
  const queries = [];
  const people = new Map(to.flatMap((person) => (person.email === null ? [] : [[person.name, person] as const])));
  for (const { name, email } of people.values()) {
    const token = toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
    const mail = await mailOf(ctx, row, { email: email!, token });
    if (mail.length === 0 && mustGet(email!))
      throw new NodeFailure("Somebody, or the workspace, has got as many mails as it may for now.", NO_MAIL_NOW);
    if (mail.length === 0) continue;
    queries.push(...mail);
    const { id: approvalId, workspaceId } = row;
    links.push({ hash: await sha256Hex(token), approvalId, workspaceId, person: name, email: email! });
  }
  return { links, queries };
}

/** The statements that store the mail. None: the address, or the workspace, has got as many as it may. */
async function mailOf(
  { engine, driver, principal }: RequestContext,
  { workspaceId, question, expiresAt }: ApprovalRow,
  { email, token }: { readonly email: string; readonly token: string },
) {
  const outbox = outboxOf(engine);
  if (!outbox) throw new NodeFailure("This server sends no mail.", "MAIL_NOT_CONFIGURED", false);
  const order = { workspaceId, template: TEMPLATE, to: email } as const;
  const asker = { id: nameOfCaller(principal) ?? "", isStranger: false };
  // What all flows may send to one address: of a single flow, many runs ask the same person.
  if (!(await countOfAll(engine, driver, { ...order, asker })).allowed) return [];
  if ((await outbox.countOfDay(engine, driver, workspaceId, "mail")) >= MAILS_A_DAY) return [];
  const { origin, path } = publicAddress(engine, workspaceId);
  const variables = {
    url: `${origin}${path}/approval?token=${token}`,
    text: question,
    until: `${new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ")} UTC`,
  };
  return outbox.queue(engine, driver, {
    ...{ ...order, variables, languages: "", expiresAt, asker: "counted" },
    mostADay: MAILS_A_DAY,
  });
}
