/** Blocks as the library draws them rightly; see `faithful.ts` for the texts in them. */
import type { DataTableBlock, RichTextBlock, TableBlock } from "@slack/types";
import type { Block } from "../wire/types";
import { faithfulMrkdwn, plainText } from "./faithful";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The same blocks with every text object written for the library. */
export function normalBlocks(blocks: Block[]): Block[] {
  return blocks.map((block) => normalTexts(drawable(block) as unknown as Json) as unknown as Block);
}

/** The library knows no data_table and draws nothing: its rows are shown as a table. */
function drawable(block: Block): Block {
  if (block.type === "data_table") return { ...asTable(block), block_id: block.block_id };
  return block;
}

function asTable({ rows }: DataTableBlock): TableBlock {
  return { type: "table", rows } as unknown as TableBlock;
}

function normalTexts(node: Json): Json {
  if (Array.isArray(node)) return node.map(normalTexts);
  if (node === null || typeof node !== "object") return node;
  const text = typeof node.text === "string" ? node.text : "";
  switch (node.type) {
    case "plain_text":
      return { ...node, text: plainText(text), verbatim: true };
    case "mrkdwn":
      // Slack's `verbatim` only stops automatic links; the library's stops all formatting.
      return { ...node, text: faithfulMrkdwn(text), verbatim: false };
    case "raw_text":
    case "raw_number":
      return richText(text) as unknown as Json;
    default:
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, normalTexts(value)]));
  }
}

/** A rich_text block takes its words as they are, which the library's table cells do not. */
function richText(text: string): RichTextBlock {
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
  };
}
