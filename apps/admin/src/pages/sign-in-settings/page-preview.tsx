import { Trans, useLingui } from "@lingui/react/macro";
import { type HexColour, pagePalette } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { ImageOff } from "lucide-react";
import { type CSSProperties, type ReactNode, useEffect, useState } from "react";
import { API_URL, SAME_ORIGIN } from "../../api/config.ts";
import { useWorkspace, workspacesQuery } from "../../api/workspace.ts";
import { Card } from "../../ui/card.tsx";
import { DEFAULT_SLUG } from "../workspaces/workspace.ts";
import { logoIn, wantedAccent } from "./page-look.ts";
import type { Settings } from "./settings.ts";

interface PagePreviewProps {
  /** Of the section `pages`, with what is typed and not yet saved. */
  readonly values: Settings[string];
}

/** How the sign-in page will look, in both schemes, while its name, logo and colour are typed. */
export function PagePreview({ values }: PagePreviewProps): ReactNode {
  const { t } = useLingui();
  const { slug } = useWorkspace();
  const { data } = useQuery(workspacesQuery);
  // The default workspace has the product's name until it gets another.
  const own =
    slug === DEFAULT_SLUG ? "Plinth" : (data?.data.find((workspace) => workspace.slug === slug)?.name ?? slug);
  const logoUrl = useSettled(values.logo_url);
  const name = typeof values.name === "string" && values.name.trim() !== "" ? values.name : own;
  const look: PageLook = { name, logo: logoIn(logoUrl, API_URL, SAME_ORIGIN), accent: wantedAccent(values.accent) };
  return (
    <Card title={t`Preview`} description={t`The sign-in page, with what is typed above.`}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Mock scheme="light" label={t`Preview, light`} look={look} />
        <Mock scheme="dark" label={t`Preview, dark`} look={look} />
      </div>
      {look.logo?.src === undefined && look.logo !== null && (
        <p className="pt-3 text-muted text-sm">
          <Trans>The admin loads no pictures of other addresses. The page itself shows the logo.</Trans>
        </p>
      )}
    </Card>
  );
}

interface PageLook {
  readonly name: string;
  readonly logo: ReturnType<typeof logoIn>;
  readonly accent: HexColour | null;
}

interface MockProps {
  readonly scheme: "light" | "dark";
  readonly label: string;
  readonly look: PageLook;
}

/** A picture of the page: nothing in it can be used. */
function Mock({ scheme, label, look }: MockProps): ReactNode {
  const { t } = useLingui();
  const colours = Object.entries(pagePalette(scheme, look.accent)).map(([name, colour]) => [`--page-${name}`, colour]);
  return (
    <div
      role="img"
      aria-label={`${label}: ${look.name}`}
      // The colours are the page's own, not the admin's.
      style={Object.fromEntries(colours) as CSSProperties}
      className="flex min-w-0 forced-color-adjust-none flex-col gap-3 overflow-hidden rounded-lg border bg-(--page-paper) p-5 text-(--page-ink)"
    >
      <div className="flex items-center gap-2 font-semibold">
        <Logo logo={look.logo} scheme={scheme} />
        <span className="min-w-0 break-words">{look.name}</span>
      </div>
      <p className="font-serif text-2xl">
        <Trans>Sign in</Trans>
      </p>
      <div className="flex flex-col gap-2 rounded-xl border border-(--page-line) bg-(--page-raised) p-4 text-sm">
        <MockInput label={t`Email`} text="ada@example.com" />
        <MockInput label={t`Password`} text="••••••••••" />
        <span className="mt-1 rounded-md bg-(--page-accent) py-2 text-center font-medium text-(--page-on-accent)">
          <Trans>Sign in</Trans>
        </span>
      </div>
      <p className="text-(--page-accent) text-sm underline">
        <Trans>Forgotten your password?</Trans>
      </p>
    </div>
  );
}

function MockInput({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  return (
    <span className="flex flex-col gap-1">
      <span className="font-medium">{label}</span>
      <span className="rounded-md border border-(--page-edge) bg-(--page-paper) px-2 py-1.5 text-(--page-soft)">
        {text}
      </span>
    </span>
  );
}

function Logo({ logo, scheme }: Pick<PageLook, "logo"> & Pick<MockProps, "scheme">): ReactNode {
  if (logo === null) {
    return (
      <svg viewBox="0 0 16 16" aria-hidden className="size-5 shrink-0 fill-(--page-accent)">
        <path d="M3 2h10v2H3zm1 3h8v6H4zm-2 7h12v2H2z" />
      </svg>
    );
  }
  if (logo.src === undefined) return <ImageOff aria-hidden className="size-8 shrink-0 text-(--page-soft)" />;
  return (
    <img
      src={logo.src}
      alt=""
      className={
        scheme === "dark"
          ? "size-10 shrink-0 rounded-md bg-white object-contain p-1"
          : "size-10 shrink-0 object-contain"
      }
    />
  );
}

/** Milliseconds without typing after which an address is loaded. */
const SETTLED = 500;

function useSettled(value: unknown): unknown {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
