/** What lies over the page and must be answered first. The page below is inert meanwhile; notices stay in reach. */
import { useEffect, useId, useRef } from "react";

interface Props {
  role: "dialog" | "alertdialog";
  title: string;
  onClose: () => void;
  children: React.ReactNode;
}

const FIRST_CHOICE = "[autofocus], .sheet-body :is(input, textarea, select), .sheet-foot .primary, .sheet-foot .danger";

export function Sheet({ role, title, onClose, children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    (frame.current?.querySelector<HTMLElement>(FIRST_CHOICE) ?? frame.current)?.focus();
    return () => before?.focus();
  }, []);

  return (
    <div className="veil" onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), onClose())}>
      <div ref={frame} role={role} aria-modal="true" aria-labelledby={titleId} tabIndex={-1} className={`sheet ${role}`}>
        <header className="sheet-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon" aria-label="Close" onClick={onClose}>✕</button>
        </header>
        {children}
      </div>
    </div>
  );
}
