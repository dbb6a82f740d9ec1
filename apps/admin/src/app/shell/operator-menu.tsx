import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { LogOut, MoreHorizontal, UserRound } from "lucide-react";
import { type ReactNode, useState } from "react";
import { apiOf } from "../../api/api.ts";
import { clientOf } from "../../api/client.ts";
import { API_URL } from "../../api/config.ts";
import { keepSessionToken } from "../../api/token.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { errorWords } from "../../ui/error-words.ts";
import type { MenuEntry } from "../../ui/menu-entries.tsx";
import { toast } from "../../ui/toast.ts";
import { chooseLanguage, LANGUAGES, type Language } from "../language.ts";
import { rememberSignOut } from "../last-workspace.ts";
import { chooseTheme, chosenTheme, THEMES } from "../theme.ts";
import { MENU_BUTTON_STYLE } from "./styles.ts";

/** One of the server's own pages. */
const ACCOUNT_PAGE = `${API_URL}/operator/account`;

const THEME_NAMES = { system: msg`As the system`, light: msg`Light`, dark: msg`Dark` } as const;

/** Who is signed in; how the admin looks; the way out. */
export default function OperatorMenu(): ReactNode {
  const { me } = useWorkspace();
  const { i18n, t } = useLingui();
  const [theme, setTheme] = useState(chosenTheme);
  const themes = THEMES.map((name) => ({
    label: t(THEME_NAMES[name]),
    checked: theme === name,
    onSelect: () => {
      chooseTheme(name);
      setTheme(name);
    },
  }));
  const languages = Object.entries(LANGUAGES).map(([code, label]) => ({
    label,
    checked: i18n.locale === code,
    onSelect: () => void chooseLanguage(code as Language),
  }));
  const entries: readonly MenuEntry[] = [
    ...(me.email ? [{ heading: me.email }] : []),
    { label: t`Your account`, icon: <UserRound aria-hidden />, onSelect: () => location.assign(ACCOUNT_PAGE) },
    "separator",
    { heading: t`Colours` },
    ...themes,
    "separator",
    { heading: t`Language` },
    ...languages,
    "separator",
    {
      label: t`Sign out`,
      icon: <LogOut aria-hidden />,
      onSelect: () =>
        void signOut().catch((error: Error) =>
          toast.error(t`You are still signed in`, { description: errorWords(error) }),
        ),
    },
  ];
  return (
    <DropdownMenu
      align="start"
      entries={entries}
      trigger={
        <button type="button" className={MENU_BUTTON_STYLE}>
          <UserRound className="size-4 text-muted" aria-hidden />
          <span className="min-w-0 flex-1 truncate">{me.name ?? me.email}</span>
          <MoreHorizontal className="size-4 text-subtle" aria-hidden />
        </button>
      }
    />
  );
}

/** The next page is a new one: nothing of the session stays in memory. */
async function signOut(): Promise<void> {
  await apiOf(clientOf()).post("auth/sign-out");
  keepSessionToken(undefined);
  rememberSignOut();
  location.assign(import.meta.env.BASE_URL);
}
