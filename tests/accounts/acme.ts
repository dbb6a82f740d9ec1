/** One of everything in a workspace, and its ids by the addresses of the route table. */
import { until } from "@plinth/core/testing";
import { bearer } from "../../apps/server/src/testing/app.ts";
import { keyPair } from "./issuer.ts";
import { person } from "./person.ts";
import type { Pool, World } from "./pool.ts";

/** Stands in all that belongs to the workspace. */
export const SECRET = "the-formula-of-acme";
export const ACME_HOST = "books.acme.example";
export const OWNER = `${SECRET}@example.com`;

/** What stands in a path for a parameter. */
export interface KnownId {
  readonly value: string;
  /** Where somebody finds it who may: an address of the API, and as whom. */
  readonly at: string;
  readonly as: Record<string, string>;
  /** Every workspace has, or may have, one with this name: whoever asks in another gets the other's. */
  readonly everywhere?: true;
}

/** By the part of a route's path that ends with the parameter, as `/api/users/:id`. */
export type KnownIds = Readonly<Record<string, KnownId>>;

export async function furnish(world: World, acme: Pool): Promise<KnownIds> {
  const boss = acme.operator;
  const made = async (method: string, path: string, body?: object, headers: Record<string, string> = boss) => {
    const { data } = await acme.ask(method, { path, headers, ...(body && { body }) });
    return data as Record<string, string>;
  };
  await made("put", `/api/workspaces/acme/hosts/${ACME_HOST}`);
  await made("post", "/api/collections", { slug: "formulas", fields: [{ name: "text", type: "text" }], note: SECRET });
  const item = await made("post", "/api/items/formulas", { text: SECRET });
  await made("post", "/api/roles", { name: "formulists", description: SECRET });
  const rule = { role: "formulists", collection: "formulas", action: "read", condition: { text: SECRET } };
  const permission = (await made("post", "/api/permissions", rule)) as { id: string };
  await made("post", "/api/permissions", { role: "formulists", collection: "channel:room:acme", action: "read" });
  const owner = await person(world, acme, OWNER, []);
  const user = bearer(owner.session);
  const me = await made("get", "/api/me", undefined, user);
  await made("put", "/api/organizations", {});
  const organization = await made("post", "/api/organizations", { name: SECRET, slug: "alchemists" }, user);
  const inOrganization = `/api/organizations/${organization.id}`;
  const joining = await made("post", `${inOrganization}/invitations`, { email: `guest-${OWNER}` }, user);
  const team = await made("post", `${inOrganization}/teams`, { name: SECRET }, user);
  await made("put", `${inOrganization}/teams/${team.id}/members/${me.id}`, undefined, user);
  const invitation = await made("post", "/api/invitations", { email: `other-${OWNER}` });
  const key = await made("post", "/api/keys", { name: SECRET, kind: "secret" });
  const { oidc } = world;
  await made("post", "/api/auth-providers", {
    ...{ name: "acme-sso", kind: "oidc", label: SECRET, issuer: `${oidc.issuer}/acme` },
    ...{ ...oidc.client, enabled: false },
  });
  await made("put", "/api/mail/templates/reset_password/de", { subject: SECRET, text: "Öffnen: {{url}}" });
  const mails = (await made("get", "/api/mail/outbox?limit=1")) as unknown as { id: string }[];
  const members = "/api/member-invitations";
  const waiting = await made("post", members, { email: `waiting-${OWNER}`, role: "viewer" });
  const taken = await made("post", members, { email: `member-${OWNER}`, role: "admin" });
  const joined = await world.app.send("/api/operator/auth/sign-up/email", {
    ...{ name: SECRET, email: `member-${OWNER}`, password: "correct horse battery", invitation: taken.token },
  });
  const member = ((await joined.json()) as { user: { id: string } }).user;
  const signing = await made("post", "/api/signing-keys", { algorithm: "ES256" });
  const { jwk } = await keyPair();
  const issuer = { issuer: `https://${SECRET}.example`, audience: "acme", public_key: jwk };
  const trusted = await made("post", "/api/trusted-issuers", issuer);
  const view = await made("post", "/api/views", { collection: "formulas", name: SECRET, shared: true });
  const webhook = await made("post", "/api/webhooks", {
    name: SECRET,
    url: `https://${SECRET}.invalid`,
    events: ["*.*"],
  });
  const webhookTest = await made("post", `/api/webhooks/${webhook.id}/test`);
  const job = await made("post", "/api/jobs", { name: SECRET, payload: SECRET });
  const schedule = await made("post", "/api/schedules", {
    name: SECRET,
    when: { type: "cron", schedule: "@yearly" },
    job: { name: SECRET },
  });
  const [run] = (await made("get", `/api/runs?name=${SECRET}`)) as unknown as [{ id: string }];
  await made("post", "/api/buckets", { name: "acme-files", content_types: ["application/json"] });
  await made("put", "/api/files/acme-files/deep/formula.txt", { text: SECRET });
  const upload = await made("post", "/api/tus", undefined, {
    ...boss,
    "tus-resumable": "1.0.0",
    "upload-length": "5",
    "upload-metadata": `bucket ${btoa("acme-files")},path ${btoa(`deep/${SECRET}`)}`,
  });
  await made("put", "/api/deployments/acme-mixer", {
    source: `export default () => "${SECRET}"; //:deep/path`,
    http: { auth: "signed_in", methods: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
  });
  await made("put", "/api/deployments/acme-mixer/secrets/ACME_TOKEN", { value: SECRET });
  await made("put", "/api/flows/acme-flow", { nodes: [{ id: "formula", type: "set", value: SECRET }] });
  await made("put", "/api/flows/acme-flow/secrets/ACME_TOKEN", { value: SECRET });
  const flowRun = await made("post", "/api/flows/acme-flow/run", { input: SECRET });
  await made("put", "/api/flows/acme-asks", {
    nodes: [{ id: "ok", type: "approval", question: SECRET, from: { members: ["admin"] } }],
  });
  await made("post", "/api/flows/acme-asks/run", {});
  let asked: { id: string } | undefined;
  await until(async () => {
    await world.app.app.tick();
    [asked] = (await made("get", "/api/approvals?of=all")) as unknown as { id: string }[];
    return asked !== undefined;
  });
  const s3Key = await made("post", "/api/s3-keys", { name: SECRET });
  const direct = { bucket: "acme-files", path: `deep/${SECRET}.json`, size: 5 };
  const begun = await made("post", "/api/uploads", direct);
  const requests = (await made("get", "/api/changes/requests?collection=formulas")) as unknown as {
    request_id: string;
  }[];
  const known = (at: string, value: string | undefined, as = boss): KnownId => ({ at, value: value!, as });
  const everywhere = (at: string, value: string): KnownId => ({ at, value, as: boss, everywhere: true });
  return {
    "/api/approvals/:id": known("/api/approvals", asked?.id),
    "/api/auth-providers/:name": known("/api/auth-providers", "acme-sso"),
    "/api/auth/callback/:provider": everywhere("/api/auth/providers", "sso"),
    "/api/buckets/:name": known("/api/buckets", "acme-files"),
    "/api/changes/requests/:request": known("/api/changes/requests", requests[0]!.request_id),
    "/api/collections/:slug": known("/api/collections", "formulas"),
    "/api/collections/:slug/fields/:name": known("/api/collections/formulas", "text"),
    "/api/file-versions/:bucket": known("/api/buckets", "acme-files"),
    "/api/file-versions/:bucket/:path+": known("/api/items/files", "deep/formula.txt"),
    "/api/files/:bucket": known("/api/buckets", "acme-files"),
    "/api/files/:bucket/:path+": known("/api/items/files", "deep/formula.txt"),
    "/api/uploads/:id": known(`/api/uploads/${begun.id}`, begun.id!),
    "/api/tus/:id": known(`/api/tus/${upload.id}`, upload.id!),
    "/api/folders/:bucket": known("/api/buckets", "acme-files"),
    "/api/deployments/:name": everywhere("/api/deployments", "acme-mixer"),
    "/api/deployments/:name/secrets/:secret": everywhere("/api/deployments/acme-mixer", "ACME_TOKEN"),
    "/api/flows/:name": everywhere("/api/flows", "acme-flow"),
    "/api/flows/:name/secrets/:secret": everywhere("/api/flows/acme-flow", "ACME_TOKEN"),
    "/api/flow-runs/:id": known("/api/flow-runs", flowRun.id),
    "/api/functions/:name": everywhere("/api/deployments", "acme-mixer"),
    "/api/functions/:name/:path+": everywhere("/api/deployments/acme-mixer", "deep/path"),
    "/api/invitations/:id": known("/api/invitations", invitation.id),
    "/api/items/:slug": known("/api/collections", "formulas"),
    "/api/items/:slug/:id": known("/api/items/formulas", item.id),
    "/api/keys/:id": known("/api/keys", key.id),
    "/api/linked-accounts/:id": known("/api/linked-accounts", owner.linkId, user),
    "/api/mail/outbox/:id": known("/api/mail/outbox", mails[0]!.id),
    "/api/mail/templates/:name": everywhere("/api/mail/templates", "reset_password"),
    "/api/mail/templates/:name/:language": everywhere("/api/mail/templates/reset_password/de", "de"),
    "/api/member-invitations/:id": known("/api/member-invitations", waiting.id),
    "/api/members/:id": known("/api/members", member.id),
    "/api/operators/:id": known("/api/operators", member.id),
    "/api/organizations/:id": known("/api/organizations", organization.id, user),
    "/api/organizations/:id/invitations/:invitation": known(`${inOrganization}/invitations`, joining.id, user),
    "/api/organizations/:id/members/:user": known(`${inOrganization}/members`, me.id, user),
    "/api/organizations/:id/teams/:team": known(`${inOrganization}/teams`, team.id, user),
    "/api/organizations/:id/teams/:team/members/:user": known(
      `${inOrganization}/teams/${team.id}/members`,
      me.id,
      user,
    ),
    "/api/passkeys/:id": known("/api/passkeys", owner.passkeyId, user),
    "/api/permissions/:id": known("/api/permissions", permission.id),
    "/api/realtime/channels/:name": everywhere("/api/permissions", "room:acme"),
    "/api/realtime/items/:slug": known("/api/collections", "formulas"),
    "/api/realtime/presence/:name": everywhere("/api/permissions", "room:acme"),
    "/api/roles/:name": known("/api/roles", "formulists"),
    "/api/s3-keys/:id": known("/api/s3-keys", s3Key.id),
    "/api/schedules/:id": known("/api/schedules", schedule.id),
    "/api/sessions/:id": known("/api/sessions", owner.sessionId, user),
    "/api/signing-keys/:id": known("/api/signing-keys", signing.id),
    "/api/trusted-issuers/:id": known("/api/trusted-issuers", trusted.id),
    "/api/users/:id": known("/api/users", me.id),
    "/api/job-queues/:queue": everywhere("/api/jobs", "default"),
    "/api/jobs/:id": known("/api/jobs", job.id),
    "/api/runs/:id": known("/api/runs", run.id),
    "/api/views/:id": known("/api/views", view.id),
    "/api/webhooks/:id": known("/api/webhooks", webhook.id),
    "/api/webhooks/:id/deliveries/:delivery": known(`/api/webhooks/${webhook.id}/deliveries`, webhookTest.id),
    "/api/workspaces/:workspace": known("/api/workspaces", "acme"),
    "/api/workspaces/:workspace/hosts/:host": known("/api/workspaces/acme/hosts", ACME_HOST),
    "/s3/:path+": known("/api/buckets", "acme-files"),
  };
}
