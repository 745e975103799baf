/** What is typed: lines, numbers, addresses; and formatted text, here as plain lines. */
import type { EmailInput, NumberInput, PlainTextInput, RichTextBlock, RichTextInput, URLInput } from "@slack/types";
import type { KeyboardEvent } from "react";
import { plainText } from "../blocks/faithful";
import type { ElementValue } from "../wire/types";
import type { ControlProps } from "./control";
import { useActing, useElement } from "./surface";

type TextElement = PlainTextInput | EmailInput | URLInput | NumberInput | RichTextInput;

const HTML_TYPES = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "number" };

export function TextControl({ placed, dispatches, naming }: ControlProps<TextElement>) {
  const { element } = placed;
  const { press } = useActing();
  const each = dispatches && dispatchesOnType(element);
  const { value, change } = useElement(placed, each);

  function enter(event: KeyboardEvent) {
    if (event.key === "Enter" && dispatches && value) void press(placed, value);
  }

  const shared = {
    ...naming,
    className: "field",
    placeholder: plainText(element.placeholder?.text ?? ""),
    value: shownText(value),
    autoFocus: element.focus_on_load,
  };
  if (element.type === "rich_text_input") {
    return <textarea {...shared} rows={4} onChange={(event) => change({ rich_text_value: richText(event.target.value) })} />;
  }
  const limits = element.type === "plain_text_input" ? { minLength: element.min_length, maxLength: element.max_length } : {};
  const type = (typed: string) => change({ value: typed || null });
  if (element.type === "plain_text_input" && element.multiline) {
    return <textarea {...shared} {...limits} rows={4} onChange={(event) => type(event.target.value)} />;
  }
  return <input {...shared} {...limits} type={HTML_TYPES[element.type]} onKeyDown={enter} onChange={(event) => type(event.target.value)} />;
}

function dispatchesOnType(element: TextElement): boolean {
  return element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered") ?? false;
}

function shownText(value: ElementValue | null): string {
  if (typeof value?.value === "string") return value.value;
  return linesOf((value?.rich_text_value as RichTextBlock | null | undefined) ?? null);
}

function richText(text: string): RichTextBlock | null {
  if (!text) return null;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

function linesOf(block: RichTextBlock | null): string {
  return (block?.elements ?? [])
    .flatMap((part) => part.elements as { text?: string }[])
    .map(({ text }) => text ?? "")
    .join("");
}
