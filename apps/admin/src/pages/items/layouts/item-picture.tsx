import { Trans } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { ImageIcon, ImageOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Thumbnail } from "../../files/thumbnail.tsx";
import { useFile } from "../../files/use-file.ts";
import { firstPicture } from "../read-page.ts";
import { imageSource } from "./image-source.ts";

const FRAME = "flex h-36 shrink-0 flex-col items-center justify-center gap-1 overflow-hidden border-b bg-sunken";

interface ItemPictureProps {
  readonly field: Field;
  readonly value: unknown;
}

/** Beside the title it says nothing of its own, so it has no text. */
export function ItemPicture({ field, value }: ItemPictureProps): ReactNode {
  if (field.type === "file" || field.type === "files") {
    const id = field.type === "file" ? value : firstPicture(value);
    return typeof id === "string" ? <FilePicture id={id} /> : <NoPicture />;
  }
  return <AddressPicture value={value} />;
}

function FilePicture({ id }: { readonly id: string }): ReactNode {
  const file = useFile(id);
  if (file === null) return <NoPicture />;
  return <div className={FRAME}>{file && <Thumbnail file={file} />}</div>;
}

function NoPicture(): ReactNode {
  return (
    <div className={`${FRAME} px-3 text-center text-muted text-xs`}>
      <ImageIcon aria-hidden className="size-6" />
      <Trans>No picture</Trans>
    </div>
  );
}

function AddressPicture({ value }: Pick<ItemPictureProps, "value">): ReactNode {
  const source = imageSource(value, location.href);
  const [failed, setFailed] = useState<string>();
  if (source.kind === "none") return <NoPicture />;
  if (source.kind === "shown" && failed !== source.src) {
    return (
      <div className={FRAME}>
        <img
          alt=""
          src={source.src}
          loading="lazy"
          decoding="async"
          className="h-full w-full object-cover"
          onError={() => setFailed(source.src)}
        />
      </div>
    );
  }
  return (
    <div className={`${FRAME} px-3 text-center text-muted text-xs`}>
      <ImageOff aria-hidden className="size-6" />
      {source.kind === "elsewhere" ? (
        <>
          <Trans>Not loaded from elsewhere</Trans>
          <span className="line-clamp-2 break-all">{source.address}</span>
        </>
      ) : (
        <Trans>The picture could not be loaded</Trans>
      )}
    </div>
  );
}
