/** Links: a permalink is a place in this page, everything else opens beside it. */
import { useCallback, type MouseEvent, type ReactNode } from "react";
import { parsePermalink } from "../place";
import { useSandbox } from "../sandbox";

export function useFollow(): (href: string) => void {
  const { go } = useSandbox();
  return useCallback(
    (href) => {
      const place = parsePermalink(href);
      if (place) go({ ...place, home: false });
      else window.open(href, "_blank", "noopener");
    },
    [go],
  );
}

/** Keeps the permalinks of everything inside it in the page. */
export function LinkScope({ children }: { children: ReactNode }) {
  const follow = useFollow();
  function click(event: MouseEvent) {
    const link = (event.target as Element).closest("a");
    if (!link || link.hasAttribute("download") || !parsePermalink(link.href)) return;
    event.preventDefault();
    follow(link.href);
  }
  return <div className="whole" onClickCapture={click}>{children}</div>;
}
