import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Controls } from "./gallery/controls.tsx";
import { Data } from "./gallery/data.tsx";
import { Feedback } from "./gallery/feedback.tsx";
import { Layout } from "./gallery/layout.tsx";
import { Overlays } from "./gallery/overlays.tsx";
import { Table } from "./gallery/table.tsx";
import { PageHeader } from "./ui/page-header.tsx";
import { UiProvider } from "./ui/ui-provider.tsx";
import "./style.css";

i18n.loadAndActivate({ locale: "en", messages: {} });

const scheme = new URLSearchParams(location.search).get("scheme");
if (scheme === "light" || scheme === "dark") document.documentElement.classList.add(scheme);

// Texts of the gallery are no texts of the admin, so they are not translated.
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <UiProvider>
        <main className="mx-auto flex max-w-6xl flex-col gap-6 p-4">
          <PageHeader title="Kit" description="Every part of the admin's kit, with its states." />
          <Controls />
          <Feedback />
          <Layout />
          <Overlays />
          <Table />
          <Data />
        </main>
      </UiProvider>
    </I18nProvider>
  </StrictMode>,
);
