import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiAddress } from "../../../schema/use-api-address.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";

/** Where programs send the messages that start a flow. */
export function MessageAddress({ name }: { readonly name: string }): ReactNode {
  const { t } = useLingui();
  const { url, workspace } = useApiAddress();
  const address = `${url}/api${workspace === undefined ? "" : `/t/${workspace}`}/flows/${name}/message`;
  return (
    <p className="flex flex-wrap items-center gap-1 text-muted text-xs">
      <Trans>Messages go to</Trans> <code className="break-all">{address}</code>
      <CopyButton text={address} label={t`Copy the address`} />
    </p>
  );
}
