// A form's making of something: busy, failed with its reason, or on to the page of what was made.
import { useState } from "preact/hooks";
import { type ApiError, asApiError } from "../api/rest";
import { go } from "../ui/route";

export function useMaking(make: () => Promise<string>) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      go(await make());
    } catch (e) {
      setFault(asApiError(e));
      setBusy(false);
    }
  };
  return { busy, fault, run };
}
