/**
 * The blocks of a message, a dialog or the Home tab.
 *
 * What one only reads is drawn by the library. Its buttons and inputs cannot tell anybody what was pressed or typed
 * (version 1.1.1 has hooks for mentions, dates and links alone), so the elements one can use are drawn here.
 */
import type { ActionsBlock, InputBlock, SectionBlock } from "@slack/types";
import { useId } from "react";
import { Control, isControl } from "../controls/control";
import { actionId, type Element } from "../controls/values";
import type { Block, Errors } from "../wire/types";
import { plainText } from "./faithful";
import { isDrawn, LibraryBlocks } from "./library";

export function Blocks({ blocks, errors = {} }: { blocks: Block[]; errors?: Errors }) {
  return (
    <div className="blocks">
      {runs(blocks).map((run, place) => (
        <Run key={run[0]?.block_id ?? place} run={run} errors={errors} />
      ))}
    </div>
  );
}

/** Neighbouring blocks that the library draws, together; every other block alone. */
function runs(blocks: Block[]): Block[][] {
  const found: Block[][] = [];
  let open: Block[] | null = null;
  for (const block of blocks) {
    if (isRead(block)) {
      if (open) open.push(block);
      else found.push((open = [block]));
    } else {
      found.push([block]);
      open = null;
    }
  }
  return found;
}

function isRead(block: Block): boolean {
  if (block.type === "section") return !block.accessory || !isControl(block.accessory);
  return block.type !== "actions" && block.type !== "input" && isDrawn(block);
}

function Run({ run, errors }: { run: Block[]; errors: Errors }) {
  const block = run[0]!;
  if (isRead(block)) return <LibraryBlocks blocks={run} />;
  switch (block.type) {
    case "actions":
      return <Actions block={block} />;
    case "section":
      return <SectionWithControl block={block} />;
    case "input":
      return <Input block={block} error={errors[block.block_id ?? ""]} />;
    default:
      return <p className="undrawn">[{block.type}: this page cannot draw it]</p>;
  }
}

function Actions({ block }: { block: ActionsBlock }) {
  const id = useId();
  return (
    <div className="actions">
      {block.elements.map((element, place) => (
        <Control
          key={actionId(element) || place}
          placed={{ block_id: block.block_id ?? "", element }}
          dispatches
          naming={{ id: `${id}-${place}`, "aria-label": spokenName(element) }}
        />
      ))}
    </div>
  );
}

function SectionWithControl({ block }: { block: SectionBlock }) {
  const id = useId();
  const { accessory, ...text } = block;
  return (
    <div className="section">
      <LibraryBlocks blocks={[text]} />
      <Control
        placed={{ block_id: block.block_id ?? "", element: accessory! }}
        dispatches
        naming={{ id, "aria-label": spokenName(accessory!) }}
      />
    </div>
  );
}

function Input({ block, error }: { block: InputBlock; error: string | undefined }) {
  const id = useId();
  const naming = {
    id,
    "aria-labelledby": `${id}-label`,
    "aria-describedby": `${id}-note`,
    "aria-invalid": error !== undefined,
  };
  return (
    <div className="input" data-block-id={block.block_id}>
      <label id={`${id}-label`} htmlFor={id}>
        {plainText(block.label.text)}
        {block.optional && <span className="optional"> (optional)</span>}
      </label>
      <Control
        placed={{ block_id: block.block_id ?? "", element: block.element }}
        dispatches={block.dispatch_action ?? false}
        naming={naming}
      />
      <div id={`${id}-note`}>
        {error && <p className="error" role="alert">{error}</p>}
        {block.hint && <p className="hint">{plainText(block.hint.text)}</p>}
      </div>
    </div>
  );
}

/** An element outside an input has no label of its own. */
function spokenName(element: Element): string {
  const placeholder = "placeholder" in element ? element.placeholder?.text : undefined;
  return placeholder ? plainText(placeholder) : actionId(element);
}
