import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client.ts";
import { beginLoading } from "./app/begin-loading.ts";
import { loadLanguage, preferredLanguage } from "./app/language.ts";
import { router } from "./app/router.tsx";
import { applyTheme } from "./app/theme.ts";
import { showCutTexts } from "./ui/cut-titles.ts";
import { UiProvider } from "./ui/ui-provider.tsx";
import "./style.css";

beginLoading();
applyTheme();
showCutTexts(document);
await loadLanguage(preferredLanguage());

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        <UiProvider>
          <RouterProvider router={router} />
        </UiProvider>
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
