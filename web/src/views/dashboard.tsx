// The first page, as each role needs it.
import type { ComponentChildren } from "preact";
import type { Role } from "../api/types";
import { t } from "../i18n";
import { account } from "../state/account";
import { useTitle } from "../ui/hooks";
import { AdminDesk } from "./dash/admin";
import { AuditorDesk } from "./dash/auditor";
import { DispatcherDesk } from "./dash/dispatcher";
import { ExpertDesk, ManagerDesk } from "./dash/manager";
import { SupervisorDesk } from "./dash/supervisor";
import { SignInFirst } from "./load";
import { Page, useAccount } from "./page";

const DESKS: Partial<Record<Role, () => ComponentChildren>> = {
  manager: () => <ManagerDesk />,
  expert: () => <ExpertDesk />,
  supervisor: () => <SupervisorDesk />,
  dispatcher: () => <DispatcherDesk />,
  auditor: () => <AuditorDesk />,
  admin: () => <AdminDesk />,
};

export function Dashboard() {
  const a = useAccount();
  useTitle(`${t("home")} · ${t("brand")}`);
  return <Page wide>{account.value === null ? <SignInFirst /> : a !== undefined && a.owes === "" && DESKS[a.role]?.()}</Page>;
}
