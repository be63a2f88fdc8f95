// One upload in the list: how far it is, what holds it up, and its buttons.
import type { ApiError } from "../api/rest";
import { has, t } from "../i18n";
import { percentText, sizeText } from "../state/size";
import { cancel, dismiss, goOn, type Item, type Left, passes, pause } from "../state/uploads";
import { Fault, Icon, Note } from "../ui/parts";
import { Choose } from "./documents";

function why(error: ApiError): string | undefined {
  const { refused, quota, mib } = error.more;
  const key = typeof refused === "string" ? `upload_refused_${refused}` : typeof quota === "string" ? `upload_quota_${quota}` : error.status === 507 ? "upload_full" : error.status === 410 ? "upload_over" : "";
  return has(key) ? t(key, sizeText(typeof mib === "number" ? mib * 1048576 : 0)) : undefined;
}

function Failed({ item, error }: { item: Item; error: ApiError }) {
  const text = why(error);
  const again = passes(error.status) || error.status === 507;
  return (
    <div class="col gap">
      {text === undefined ? (
        <Fault error={error} />
      ) : (
        <Note kind="fail">
          <span data-test="upload-fault">{text}</span>
        </Note>
      )}
      <span class="row">
        {again && (
          <button class="btn" type="button" onClick={() => goOn(item.key)} data-test="upload-again">
            {t("upload_again")}
          </button>
        )}
        <button class="btn" type="button" onClick={() => (again ? cancel(item.key) : dismiss(item.key))} data-test="upload-dismiss">
          {again ? t("upload_cancel", "") : t("upload_dismiss")}
        </button>
      </span>
    </div>
  );
}

function stateText(i: Item): string {
  const part = percentText(i.sent, i.bytes);
  switch (i.state) {
    case "queued":
      return t("upload_queued");
    case "running":
      return t("upload_running", part);
    case "checking":
      return t("upload_checking");
    case "waiting":
      return t("upload_waiting", part);
    case "paused":
      return t("upload_paused", part);
    case "failed":
      return t("upload_failed");
  }
}

export function UploadLine({ item }: { item: Item }) {
  const stands = item.state === "paused";
  return (
    <li class="line upload" data-test="upload" data-state={item.state}>
      <div class="sp col gap">
        <span class="row wrap">
          <b class="cut sp">{item.name}</b>
          <span class="sm dim nw">{sizeText(item.bytes)}</span>
        </span>
        {item.state !== "failed" && <progress class="sentbar" max={item.bytes} value={item.sent} aria-label={item.name} />}
        <span class="sm dim" role="status">
          {stateText(item)}
        </span>
        {item.error !== undefined && <Failed item={item} error={item.error} />}
      </div>
      {item.state !== "failed" && (
        <span class="row docdo">
          <button
            class="btn sq ghost"
            type="button"
            aria-label={t(stands ? "upload_go_on" : "upload_pause", item.name)}
            title={t(stands ? "upload_go_on" : "upload_pause", item.name)}
            onClick={() => (stands ? goOn(item.key) : pause(item.key))}
            data-test={stands ? "upload-go-on" : "upload-pause"}
          >
            <Icon of={stands ? "play" : "pause"} />
          </button>
          <button class="btn sq ghost" type="button" aria-label={t("upload_cancel", item.name)} title={t("upload_cancel", item.name)} onClick={() => cancel(item.key)} data-test="upload-cancel">
            <Icon of="cross" />
          </button>
        </span>
      )}
    </li>
  );
}

/** Begun before this page was loaded: only the person can give us the file again. */
export function LeftLine({ left, take, forget }: { left: Left; take: (files: File[]) => void; forget: () => void }) {
  return (
    <li class="line upload" data-test="upload-left">
      <div class="sp col gap">
        <span class="row wrap">
          <b class="cut sp">{left.name}</b>
          <span class="sm dim nw">{sizeText(left.bytes)}</span>
        </span>
        <progress class="sentbar" max={left.bytes} value={left.offset} aria-label={left.name} />
        <span class="sm dim">{t("upload_left", percentText(left.offset, left.bytes))}</span>
      </div>
      <span class="row docdo">
        <Choose icon="folder" many={false} label={t("upload_choose")} take={take} test="upload-choose" />
        <button class="btn sq ghost" type="button" aria-label={t("upload_cancel", left.name)} title={t("upload_cancel", left.name)} onClick={forget} data-test="upload-forget">
          <Icon of="cross" />
        </button>
      </span>
    </li>
  );
}
