import { useLingui } from "@lingui/react/macro";
import type { Bucket } from "@plinth/client/files";
import { FileArchive, Globe, Images, MoreHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { IconButton } from "../../ui/icon-button.tsx";

interface BucketMenuProps {
  readonly bucket: Bucket;
  readonly isEmpty: boolean;
  readonly onFetch: () => void;
  readonly onZip: () => void;
  readonly onPresets: () => void;
}

/** What else can be done with a bucket and the folder that is open. */
export function BucketMenu({ bucket, isEmpty, onFetch, onZip, onPresets }: BucketMenuProps): ReactNode {
  const { t } = useLingui();
  return (
    <DropdownMenu
      trigger={
        <IconButton variant="secondary" label={t`More about ${bucket.name}`} icon={<MoreHorizontal aria-hidden />} />
      }
      entries={[
        {
          label: bucket.from_urls ? t`Fetch from a URL` : t`Fetch from a URL (off in the settings)`,
          icon: <Globe aria-hidden />,
          disabled: !bucket.from_urls,
          onSelect: onFetch,
        },
        { label: t`Download as zip`, icon: <FileArchive aria-hidden />, disabled: isEmpty, onSelect: onZip },
        "separator",
        { label: t`Image presets`, icon: <Images aria-hidden />, onSelect: onPresets },
      ]}
    />
  );
}
