/** Three dots: a menu that opens on a press and closes with a choice, Escape, or a press elsewhere. */
import { useEffect, useRef, useState } from "react";

export interface Entry {
  text: string;
  description?: string;
  onChoose: () => void;
}

/** Pixels that a menu may be wide; `styles/controls.css` says the same. */
const WIDEST = 280;

export function Menu({ name, entries }: { name: string; entries: Entry[] }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => (open ? closeElsewhere(root, () => setOpen(false)) : undefined), [open]);

  function choose(entry: Entry) {
    setOpen(false);
    entry.onChoose();
  }

  return (
    <div className="overflow" ref={root} onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <button type="button" className="button dots" aria-label={name} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        ⋯
      </button>
      {open && (
        <div role="menu" className="menu" ref={place}>
          {entries.map((entry, index) => (
            <button key={index} type="button" role="menuitem" onClick={() => choose(entry)}>
              {entry.text}
              {entry.description && <small>{entry.description}</small>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Open a menu to whichever side has room for it, and bring it into sight. */
function place(menu: HTMLElement | null): void {
  const start = menu?.parentElement?.getBoundingClientRect().left ?? 0;
  menu?.classList.toggle("onward", start + WIDEST <= document.documentElement.clientWidth);
  menu?.scrollIntoView({ block: "nearest" });
}

function closeElsewhere(root: React.RefObject<HTMLElement | null>, close: () => void): () => void {
  const listen = (event: Event) => {
    if (!root.current?.contains(event.target as Node)) close();
  };
  document.addEventListener("pointerdown", listen);
  return () => document.removeEventListener("pointerdown", listen);
}
