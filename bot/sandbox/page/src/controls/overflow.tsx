/** The three dots: a menu that opens on a press and closes with a choice, Escape, or a press elsewhere. */
import type { Overflow, PlainTextOption } from "@slack/types";
import { useEffect, useRef, useState } from "react";
import { plainText } from "../blocks/faithful";
import { useFollow } from "../parts/links";
import type { ControlProps } from "./control";
import { useActing } from "./surface";

export function OverflowControl({ placed }: ControlProps<Overflow>) {
  const { press } = useActing();
  const follow = useFollow();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => (open ? closeElsewhere(root, () => setOpen(false)) : undefined), [open]);

  function choose(option: PlainTextOption) {
    setOpen(false);
    if (option.url) follow(option.url);
    void press(placed, { type: "overflow", selected_option: option });
  }

  return (
    <div className="overflow" ref={root} onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <button type="button" className="button dots" aria-label="More options" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        ⋯
      </button>
      {open && (
        <div role="menu" className="menu">
          {placed.element.options.map((option, place) => (
            <button key={place} type="button" role="menuitem" onClick={() => choose(option)}>
              {plainText(option.text.text)}
              {option.description && <small>{plainText(option.description.text)}</small>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function closeElsewhere(root: React.RefObject<HTMLElement | null>, close: () => void): () => void {
  const listen = (event: Event) => {
    if (!root.current?.contains(event.target as Node)) close();
  };
  document.addEventListener("pointerdown", listen);
  return () => document.removeEventListener("pointerdown", listen);
}
