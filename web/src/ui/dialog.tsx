// A layer over the page: focus stays in it, Esc or a click beside it closes it, focus goes back where it was.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./icons";

interface DialogProps {
  title: string;
  close: () => void;
  ink?: boolean;
  test?: string;
  children: ComponentChildren;
}

export function Dialog({ title, close, ink, test, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const from = document.activeElement;
    box.current?.showModal();
    return () => {
      if (from instanceof HTMLElement) from.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      class="dialog"
      aria-label={title}
      data-test={test}
      {...(ink === true ? { "data-theme": "ink" } : {})}
      onClose={close}
      onClick={(e) => {
        if (e.target === box.current) box.current?.close();
      }}
    >
      <div class="inside">
        <header class="row">
          <h2 class="sp">{title}</h2>
          <button class="btn sq ghost" aria-label={t("close")} title={t("close")} onClick={() => box.current?.close()}>
            <Icon of="cross" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
