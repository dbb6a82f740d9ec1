import { NATIVE } from "../../http/native.ts";
import type { Protocol } from "../../http/protocol.ts";
import { aiSettingsRoutes } from "./ai-settings.ts";
import { approvalsRoutes } from "./approvals.ts";
import { authRoutes } from "./auth.ts";
import { authAnonymousRoutes } from "./auth-anonymous.ts";
import { authEmailRoutes } from "./auth-email.ts";
import { authMailRoutes } from "./auth-mail.ts";
import { authPhoneRoutes } from "./auth-phone.ts";
import { authProvidersRoutes } from "./auth-providers.ts";
import { authSecondFactorRoutes } from "./auth-second-factor.ts";
import { authSettingsRoutes } from "./auth-settings.ts";
import { batchRoute } from "./batch.ts";
import { bucketsRoutes } from "./buckets.ts";
import { changesRoute, changingRequestsRoute, historyRoute, requestChangesRoute } from "./changes.ts";
import { collectionsRoutes } from "./collections.ts";
import { deploymentsRoutes } from "./deployments.ts";
import { doctorRoute } from "./doctor.ts";
import { exposureRoute } from "./exposure.ts";
import { fileArchiveRoutes } from "./file-archives.ts";
import { fileFetchRoutes } from "./file-fetch.ts";
import { fileVersionsRoutes } from "./file-versions.ts";
import { filesRoutes } from "./files.ts";
import { signedFilesRoutes } from "./files-signed.ts";
import { flowRunsRoutes } from "./flow-runs.ts";
import { flowsRoutes } from "./flows.ts";
import { functionsRoutes } from "./functions.ts";
import { graphqlSettingsRoutes } from "./graphql-settings.ts";
import { healthRoutes } from "./health.ts";
import { insightsRoute, slowQueriesRoute } from "./insights.ts";
import { invitationsRoutes } from "./invitations.ts";
import { itemsRoutes } from "./items.ts";
import { bulkRoutes } from "./items-bulk.ts";
import { jobQueuesRoutes } from "./job-queues.ts";
import { jobsRoutes } from "./jobs.ts";
import { keysRoutes } from "./keys.ts";
import { linkedAccountsRoutes } from "./linked-accounts.ts";
import { mailRoutes } from "./mail.ts";
import { meRoutes } from "./me.ts";
import { membersRoutes } from "./members.ts";
import { metricsRoute } from "./metrics.ts";
import { oauthRoutes } from "./oauth.ts";
import { openapiRoute } from "./openapi.ts";
import { operatorsRoutes } from "./operators.ts";
import { organizationsRoutes } from "./organizations.ts";
import { passkeysRoutes } from "./passkeys.ts";
import { refusalsRoute } from "./refusals.ts";
import { rolesRoutes } from "./roles.ts";
import { rulesRoutes } from "./rules.ts";
import { runsRoutes } from "./runs.ts";
import { s3KeysRoutes } from "./s3-keys.ts";
import { schedulesRoutes } from "./schedules.ts";
import { securityLogRoute } from "./security-log.ts";
import { sessionsRoutes } from "./sessions.ts";
import { signingKeysRoutes } from "./signing-keys.ts";
import { sqlRoutes } from "./sql.ts";
import { tickRoutes } from "./tick.ts";
import { tokensRoutes } from "./tokens.ts";
import { transferRoutes } from "./transfer.ts";
import { trustedIssuersRoutes } from "./trusted-issuers.ts";
import { undoRoute } from "./undo.ts";
import { uploadsRoutes } from "./uploads.ts";
import { usersRoutes } from "./users.ts";
import { viewsRoutes } from "./views.ts";
import { webhooksRoutes } from "./webhooks.ts";
import { workspacesRoutes } from "./workspaces.ts";

/** Plinth's own API over resources. Its document also describes the routes of the protocols `alongside` it. */
export function rest(alongside: readonly Protocol[]): Protocol {
  const described = () => [...routes, ...alongside.flatMap((protocol) => protocol.routes)];
  const routes = [
    ...healthRoutes,
    openapiRoute(described),
    ...authRoutes,
    ...authMailRoutes,
    ...tokensRoutes,
    ...authEmailRoutes,
    ...authPhoneRoutes,
    ...authAnonymousRoutes,
    ...oauthRoutes,
    ...authSecondFactorRoutes,
    ...passkeysRoutes,
    ...meRoutes,
    ...sessionsRoutes,
    ...linkedAccountsRoutes,
    ...authProvidersRoutes,
    ...workspacesRoutes,
    ...membersRoutes,
    ...operatorsRoutes,
    ...aiSettingsRoutes,
    ...graphqlSettingsRoutes,
    ...authSettingsRoutes,
    ...keysRoutes,
    ...s3KeysRoutes,
    ...signingKeysRoutes,
    ...trustedIssuersRoutes,
    ...usersRoutes,
    ...invitationsRoutes,
    ...organizationsRoutes,
    securityLogRoute,
    ...mailRoutes,
    ...rolesRoutes,
    ...rulesRoutes,
    exposureRoute(described),
    refusalsRoute,
    ...collectionsRoutes,
    ...viewsRoutes,
    ...webhooksRoutes,
    ...jobsRoutes,
    ...schedulesRoutes,
    ...jobQueuesRoutes,
    ...runsRoutes,
    ...bucketsRoutes,
    ...filesRoutes,
    ...signedFilesRoutes,
    ...fileVersionsRoutes,
    ...fileArchiveRoutes,
    ...fileFetchRoutes,
    ...uploadsRoutes,
    changesRoute,
    changingRequestsRoute,
    requestChangesRoute,
    historyRoute,
    undoRoute,
    metricsRoute,
    insightsRoute,
    slowQueriesRoute,
    doctorRoute,
    ...sqlRoutes,
    ...deploymentsRoutes,
    ...functionsRoutes,
    ...flowsRoutes,
    ...flowRunsRoutes,
    ...approvalsRoutes,
    ...tickRoutes,
    ...itemsRoutes,
    ...transferRoutes,
    ...bulkRoutes,
    batchRoute,
  ];
  return { ...NATIVE, name: "rest", bases: ["/api", "/health", "/.well-known"], routes };
}
