import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { MailContent } from "./mail-content.tsx";
import type { TemplateTexts } from "./template.ts";

interface TemplatePreviewProps {
  readonly path: string;
  readonly texts: object;
}

/** The message with sample values, as the server makes it of texts that are not stored yet. */
export function TemplatePreview({ path, texts }: TemplatePreviewProps): ReactNode {
  const { t } = useLingui();
  const { slug, api } = useWorkspace();
  const asked = useDeferredValue(JSON.stringify(texts));
  const { data, error } = useQuery({
    queryKey: apiKey(slug, path, { preview: asked }),
    queryFn: () => api.post<TemplateTexts>(`${path}/preview`, JSON.parse(asked) as object),
    placeholderData: (previous) => previous,
  });
  return (
    <Card title={t`Preview`} description={t`With sample values`}>
      {error && <ErrorState inline error={error} />}
      {!data && !error && <SkeletonLines />}
      {data && <MailContent texts={data} />}
    </Card>
  );
}
