// Lists that are read page by page, by key.
import { useEffect, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";

export interface Paged<T> {
  list: T[] | undefined;
  error: ApiError | undefined;
  more: (() => void) | undefined;
  reload: () => void;
}

/** @param take  The list and the key of the next page in an answer. */
export function usePaged<A, T>(path: string, key: string, take: (answer: A) => { list: T[]; next: string | number | null }): Paged<T> {
  const [list, setList] = useState<T[] | undefined>();
  const [next, setNext] = useState<string | number | null>(null);
  const [error, setError] = useState<ApiError | undefined>();
  const [turn, setTurn] = useState(0);
  const load = async (from: string | number | null, before: T[], still: () => boolean) => {
    const glue = path.includes("?") ? "&" : "?";
    try {
      const page = take(await api<A>("GET", from === null ? path : `${path}${glue}${key}=${encodeURIComponent(String(from))}`));
      if (!still()) return;
      setList([...before, ...page.list]);
      setNext(page.next);
      setError(undefined);
    } catch (e) {
      if (still()) setError(asApiError(e));
    }
  };
  useEffect(() => {
    let here = true;
    void load(null, [], () => here);
    return () => {
      here = false;
    };
  }, [path, turn]);
  return { list, error, more: next === null ? undefined : () => void load(next, list ?? [], () => true), reload: () => setTurn((n) => n + 1) };
}
