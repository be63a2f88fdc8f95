// What the list shows, as a table to be taken away.
import { useState } from "preact/hooks";
import { language, t } from "../../i18n";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/parts";

/** @param query the list's own filters. */
export function ExportButton({ query }: { query: string }) {
  const [open, setOpen] = useState(false);
  const [encoding, setEncoding] = useState("utf-8");
  const url = `/api/v1/projects.csv?${[query, `encoding=${encoding}`, `language=${language.value}`].filter((x) => x !== "").join("&")}`;
  return (
    <>
      <button class="btn" onClick={() => setOpen(true)} data-test="project-export">
        <Icon of="down" />
        {t("export")}
      </button>
      {open && (
        <Dialog title={t("export_title")} close={() => setOpen(false)} test="export-dialog">
          <p class="sm dim">{t("export_how")}</p>
          <fieldset class="col">
            <legend class="sm dim">{t("export_encoding")}</legend>
            {(["utf-8", "gb18030"] as const).map((x) => (
              <label key={x} class="row tick">
                <input type="radio" name="encoding" checked={encoding === x} onChange={() => setEncoding(x)} data-test={`export-${x}`} />
                {t(x === "utf-8" ? "export_utf8" : "export_gb")}
              </label>
            ))}
          </fieldset>
          <a class="btn pri" href={url} download="" data-native="" onClick={() => setOpen(false)} data-test="export-go">
            {t("export_go")}
          </a>
        </Dialog>
      )}
    </>
  );
}
