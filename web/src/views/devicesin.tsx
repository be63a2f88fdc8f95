// Tokens for WHIP and WHEP on the meeting's page: make one, copy its addresses, revoke it.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { DeviceMade, DeviceTokens } from "../api/types";
import { date, t } from "../i18n";
import { CopyLink, Fault, Icon } from "../ui/parts";
import { Loaded, useLoad } from "./load";

const DAYS = 30;
const NAME = "camera";
const MAY = ["both", "publish", "view"] as const;

function Made({ made, may }: { made: DeviceMade; may: (typeof MAY)[number] }) {
  return (
    <div class="col gap" role="status">
      <label class="col label">
        <span class="sm dim">{t("device_token")}</span>
        <input class="field mono" readOnly value={made.token} data-test="device-token" onFocus={(e) => e.currentTarget.select()} />
      </label>
      <CopyLink url={made.token} class="btn" label="device_copy_token" />
      {may !== "view" && (
        <label class="col label">
          <span class="sm dim">{t("device_whip")}</span>
          <input class="field mono" readOnly value={made.whip_url + NAME} data-test="device-whip" onFocus={(e) => e.currentTarget.select()} />
          <CopyLink url={made.whip_url + NAME} class="btn ghost" label="device_copy_whip" />
        </label>
      )}
      {may !== "publish" && (
        <label class="col label">
          <span class="sm dim">{t("device_whep")}</span>
          <input class="field mono" readOnly value={made.whep_url + NAME} data-test="device-whep" onFocus={(e) => e.currentTarget.select()} />
          <CopyLink url={made.whep_url + NAME} class="btn ghost" label="device_copy_whep" />
        </label>
      )}
      <p class="xs mute">{t("device_name_hint", NAME)}</p>
    </div>
  );
}

export function DevicesIn({ id }: { id: string }) {
  const [label, setLabel] = useState("");
  const [may, setMay] = useState<(typeof MAY)[number]>("both");
  const [made, setMade] = useState<{ made: DeviceMade; may: (typeof MAY)[number] } | undefined>();
  const [fault, setFault] = useState<ApiError | undefined>();
  const list = useLoad<DeviceTokens>(`/meetings/${id}/devices`);
  const run = async (work: () => Promise<void>) => {
    setFault(undefined);
    try {
      await work();
      list.reload();
    } catch (e) {
      setFault(asApiError(e));
    }
  };
  const make = () =>
    run(async () => {
      const wanted = { label: label.trim(), publish: may !== "view", view: may !== "publish", days: DAYS };
      setMade({ made: await api<DeviceMade>("POST", `/meetings/${id}/devices`, wanted), may });
      setLabel("");
    });
  const revoke = (device: string) =>
    run(async () => {
      await api("DELETE", `/meetings/${id}/devices/${device}`);
    });
  return (
    <form
      class="panel pad col gap"
      data-test="devices-in"
      onSubmit={(e) => {
        e.preventDefault();
        void make();
      }}
    >
      <h2>{t("devices_in")}</h2>
      <p class="sm dim">{t("devices_what")}</p>
      <label class="col label">
        <span class="sm dim">{t("device_label")}</span>
        <input class="field" value={label} maxLength={40} onInput={(e) => setLabel(e.currentTarget.value)} data-test="device-label" />
      </label>
      <label class="col label">
        <span class="sm dim">{t("device_does")}</span>
        <select class="field" value={may} onChange={(e) => setMay(MAY.find((m) => m === e.currentTarget.value) ?? "both")} data-test="device-may">
          {MAY.map((m) => (
            <option key={m} value={m}>
              {t(`device_${m}`)}
            </option>
          ))}
        </select>
      </label>
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn" disabled={label.trim() === ""} data-test="device-make">
        <Icon of="link" />
        {t("device_make")}
      </button>
      {made !== undefined && <Made made={made.made} may={made.may} />}
      <Loaded of={list}>
        {(d) => (
          <>
            {d.devices.map((x) => (
              <div key={x.device} class="row wrap sm" data-test="device" data-good={x.good}>
                <span class="sp cut">
                  <b>{x.label}</b> · {t(x.publish && x.view ? "device_both" : x.publish ? "device_publish" : "device_view")}
                  <br />
                  <span class="xs mute">{x.good ? t("device_until", x.made_by, date(x.expires_at)) : t("device_revoked")}</span>
                </span>
                {x.good && (
                  <button type="button" class="btn ghost" onClick={() => void revoke(x.device)} data-test="device-revoke">
                    {t("device_revoke")}
                  </button>
                )}
              </div>
            ))}
          </>
        )}
      </Loaded>
    </form>
  );
}
