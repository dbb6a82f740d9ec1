import { Trans } from "@lingui/react/macro";
import type { Bucket } from "@plinth/client/files";
import { Globe, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";

/** Who reads the files of a bucket. */
export function BucketBadge({ bucket }: { readonly bucket: Bucket }): ReactNode {
  return bucket.public ? (
    <Badge tone="warning">
      <Globe aria-hidden />
      <Trans>Public</Trans>
    </Badge>
  ) : (
    <Badge>
      <ShieldCheck aria-hidden />
      <Trans>By rules</Trans>
    </Badge>
  );
}
