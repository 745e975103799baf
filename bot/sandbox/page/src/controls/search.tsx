/** A select whose options the app knows: it is asked for them as one types. */
import type { ExternalSelect, PlainTextOption } from "@slack/types";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { plainText } from "../blocks/faithful";
import { useSandbox } from "../sandbox";
import type { ElementValue, OptionGroup } from "../wire/types";
import type { ControlProps } from "./control";
import { useActing, useElement } from "./surface";
import { actionId, type Placed } from "./values";

/** Slack's own, where the app does not say `min_query_length`. */
const LEAST_QUERY = 3;
/** Milliseconds that a pause in typing lasts before the app is asked. */
const PAUSE = 150;

export function SearchSelect({ placed, dispatches, naming }: ControlProps<ExternalSelect>) {
  const { value, change } = useElement(placed, dispatches);
  const chosen = chosenOption(value);
  // Null while nobody types: then what is chosen stands there.
  const [query, setQuery] = useState<string | null>(null);
  const { found, least } = useSuggestions(placed, query);
  const [marked, setMarked] = useState(0);
  useEffect(() => setMarked(0), [found]);
  const options = found?.groups.flatMap((group) => group.options) ?? [];
  const listId = `${naming.id}-list`;

  function choose(option: PlainTextOption | null) {
    setQuery(null);
    change({ selected_option: option });
  }

  function onKey(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setMarked((now) => Math.max(0, Math.min(options.length - 1, now + step)));
    else if (event.key === "Enter" && query !== null && options[marked]) choose(options[marked]);
    else if (event.key === "Escape" && query !== null) setQuery(null);
    else if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="search">
      <input
        {...naming}
        className="field"
        type="text"
        role="combobox"
        autoComplete="off"
        aria-expanded={query !== null}
        aria-controls={listId}
        aria-activedescendant={options[marked] && optionId(listId, marked)}
        placeholder={plainText(placed.element.placeholder?.text ?? "Type to search")}
        value={query ?? plainText(chosen?.text.text ?? "")}
        onFocus={(event) => (event.target.select(), setQuery(chosen ? null : ""))}
        onBlur={() => setQuery(null)}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKey}
      />
      {chosen && query === null && (
        <button type="button" className="icon" aria-label="Clear the choice" onClick={() => choose(null)}>✕</button>
      )}
      {query !== null && (
        // What is pressed in the list must not take the focus, or the list would close before the press.
        <div id={listId} role="listbox" className="menu" onMouseDown={(event) => event.preventDefault()}>
          <Offer {...{ found, least, listId, marked }} missing={least - query.length} onChoose={choose} />
        </div>
      )}
    </div>
  );
}

interface OfferProps {
  found: Found | null;
  missing: number;
  listId: string;
  marked: number;
  onChoose: (option: PlainTextOption) => void;
}

function Offer({ found, missing, listId, marked, onChoose }: OfferProps) {
  if (missing > 0) return <p className="quiet">Type {missing} more {missing === 1 ? "character" : "characters"}.</p>;
  if (!found) return <p className="quiet">Searching…</p>;
  if (found.error) return <p className="quiet">The options did not load: {found.error}</p>;
  if (!found.groups.some((group) => group.options.length)) return <p className="quiet">No results</p>;
  let place = 0;
  return found.groups.map(({ label, options }, group) => (
    <div key={group} role={label ? "group" : "presentation"} aria-label={label}>
      {label && <small>{label}</small>}
      {options.map((option) => (
        <Row key={option.value} option={option} id={optionId(listId, place)} isMarked={place++ === marked} onChoose={onChoose} />
      ))}
    </div>
  ));
}

interface RowProps {
  option: PlainTextOption;
  id: string;
  isMarked: boolean;
  onChoose: (option: PlainTextOption) => void;
}

function Row({ option, id, isMarked, onChoose }: RowProps) {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isMarked) row.current?.scrollIntoView({ block: "nearest" });
  }, [isMarked]);
  return (
    <button ref={row} type="button" role="option" id={id} aria-selected={isMarked} tabIndex={-1} onClick={() => onChoose(option)}>
      {plainText(option.text.text)}
      {option.description && <small>{plainText(option.description.text)}</small>}
    </button>
  );
}

interface Found {
  groups: { label: string; options: PlainTextOption[] }[];
  error?: string;
}

/** What the app offers for the words typed so far; null while its answer is awaited, and for too few characters. */
function useSuggestions(placed: Placed<ExternalSelect>, query: string | null): { found: Found | null; least: number } {
  const { act } = useSandbox();
  const { surface } = useActing();
  const [found, setFound] = useState<Found | null>(null);
  const least = placed.element.min_query_length ?? LEAST_QUERY;
  const asked = useRef({ act, surface, block_id: placed.block_id, action_id: actionId(placed.element) });
  asked.current = { act, surface, block_id: placed.block_id, action_id: actionId(placed.element) };

  useEffect(() => {
    setFound(null);
    if (query === null || query.length < least) return;
    let isWanted = true;
    const timer = setTimeout(async () => {
      const { act, surface, block_id, action_id } = asked.current;
      const { error, options, option_groups } = await act({ act: "suggest", block_id, action_id, words: query, ...surface });
      // Somebody may have typed on while the answer was on its way.
      if (isWanted) setFound({ groups: grouped(options, option_groups), ...(error && { error }) });
    }, PAUSE);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [query, least]);

  return { found, least };
}

function grouped(options: PlainTextOption[] = [], groups?: OptionGroup[]): Found["groups"] {
  if (!groups) return [{ label: "", options }];
  return groups.map((group) => ({ label: plainText(group.label.text), options: group.options }));
}

function chosenOption(value: ElementValue | null): PlainTextOption | null {
  return (value?.selected_option as PlainTextOption | null | undefined) ?? null;
}

function optionId(listId: string, place: number): string {
  return `${listId}-${place}`;
}
