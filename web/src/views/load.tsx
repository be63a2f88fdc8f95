// Loading what a page shows: skeleton, words when it takes long, what failed and one way on.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import { t, type TextKey } from "../i18n";
import { Fault, Icon } from "../ui/parts";

export interface Load<T> {
  data: T | undefined;
  error: ApiError | undefined;
  reload: () => void;
}

/** Loads once, and again every so many milliseconds when told to. An answer that comes late does not replace a newer one. */
export function useLoad<T>(path: string, every?: number): Load<T> {
  const [data, setData] = useState<T | undefined>();
  const [error, setError] = useState<ApiError | undefined>();
  const latest = useRef(0);
  const load = async () => {
    const mine = ++latest.current;
    try {
      const d = await api<T>("GET", path);
      if (mine !== latest.current) return;
      setData(d);
      setError(undefined);
    } catch (e) {
      if (mine === latest.current) setError(asApiError(e));
    }
  };
  useEffect(() => {
    void load();
    return () => {
      latest.current = -1;
    };
  }, [path]);
  const refused = error !== undefined && [401, 403, 404].includes(error.status);
  useEffect(() => {
    if (every === undefined || refused) return;
    const timer = window.setInterval(() => document.visibilityState === "visible" && void load(), every);
    return () => window.clearInterval(timer);
  }, [every, path, refused]);
  return { data, error, reload: () => void load() };
}

const SKELETON_MS = 300;
const WORDS_MS = 2000;

export function Skeleton() {
  const [step, setStep] = useState(0);
  useEffect(() => {
    const timers = [SKELETON_MS, WORDS_MS].map((ms, i) => window.setTimeout(() => setStep(i + 1), ms));
    return () => timers.forEach((x) => window.clearTimeout(x));
  }, []);
  if (step === 0) return null;
  return (
    <div class="col gap" role="status" aria-label={t("loading")}>
      <div class="skel wide" />
      <div class="skel" />
      <div class="skel half" />
      {step === 2 && <p class="dim">{t("loading")}</p>}
    </div>
  );
}

export function SignInFirst() {
  return (
    <div class="panel empty tall">
      <Icon of="shield" />
      <h1 class="asked">{t("not_signed_in")}</h1>
      <a class="btn pri" href={`/login?to=${encodeURIComponent(location.pathname + location.search)}`} data-test="to-sign-in">
        {t("sign_in")}
      </a>
    </div>
  );
}

/** What failed, what is kept, one way on. */
export function Failed({ error, again, denied = "not_found" }: { error: ApiError; again: () => void; denied?: TextKey }) {
  const hidden = error.status === 404 || error.status === 403;
  return (
    <div class="panel empty" role="alert">
      <Icon of={hidden ? "quest" : "warn"} />
      {hidden ? <b>{t(error.status === 403 ? denied : "not_found")}</b> : <Fault error={error} />}
      {hidden ? (
        <a class="btn" href="/">
          {t("to_home")}
        </a>
      ) : (
        <button class="btn" onClick={again}>
          <Icon of="refresh" />
          {t("try_again")}
        </button>
      )}
    </div>
  );
}

interface LoadedProps<T> {
  of: Load<T>;
  /** What to say to who may know of it but not see it. */
  denied?: TextKey;
  children: (data: T) => ComponentChildren;
}

export function Loaded<T>({ of, denied = "not_found", children }: LoadedProps<T>) {
  if (of.error?.status === 401) return <SignInFirst />;
  if (of.error !== undefined && of.data === undefined) return <Failed error={of.error} again={of.reload} denied={denied} />;
  if (of.data === undefined) return <Skeleton />;
  return (
    <>
      {of.error !== undefined && <Fault error={of.error} />}
      {children(of.data)}
    </>
  );
}
