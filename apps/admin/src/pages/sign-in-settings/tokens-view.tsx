import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { SignInFrame } from "./sign-in-frame.tsx";
import { SigningKeys } from "./signing-keys.tsx";
import { TrustedIssuers } from "./trusted-issuers.tsx";

/** What signs the access tokens of the workspace, and whose tokens count beside them. */
export default function TokensView(): ReactNode {
  return (
    <SignInFrame>
      <div className="flex flex-col gap-6">
        <p className="max-w-prose text-muted text-sm">
          <Trans>
            An access token (JWT) says who a user is, so that your other programs need not ask this server. How long one
            counts is in the{" "}
            <PageLink path="sign-in" search={{ section: "tokens" }} className="text-accent-ink underline">
              settings
            </PageLink>
            .
          </Trans>
        </p>
        <SigningKeys />
        <TrustedIssuers />
      </div>
    </SignInFrame>
  );
}
