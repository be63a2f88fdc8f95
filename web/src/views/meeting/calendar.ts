// A meeting as a file for the reader's own calendar.
import { ApiError } from "../../api/rest";

/** By the link's secret, which must not stand in an address. */
export async function calendarFile(secret: string): Promise<string> {
  let rs: Response;
  try {
    rs = await fetch("/api/v1/invitations/ics", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ secret }) });
  } catch {
    throw new ApiError(0, "offline", "", "");
  }
  if (!rs.ok) throw new ApiError(rs.status, "unknown", "", "");
  return rs.text();
}

export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/calendar" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
