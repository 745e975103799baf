/** What an element holds, in Slack's words: what it starts with, and what is sent of it. */
import type { KnownBlock } from "@slack/types";
import type { ActionsBlockElement, InputBlockElement, SectionBlockAccessory } from "@slack/types/dist/block-kit/blocks";
import type { ElementValue, SlackFile, StateValues } from "../wire/types";

export type Element = ActionsBlockElement | InputBlockElement | SectionBlockAccessory;

/** An element and where it stands. */
export interface Placed<E extends Element = Element> {
  block_id: string;
  element: E & { action_id?: string };
}

/** Typed and chosen values, by `block_id` and `action_id`; what is missing has its first value. */
export type FormValues = StateValues;

export function actionId(element: Element): string {
  return ("action_id" in element && element.action_id) || "";
}

/** The value before anybody touched the element; null for what holds none, as a button. */
export function initialValue(element: Element, channel: string): ElementValue | null {
  const { type } = element;
  switch (element.type) {
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return { type, value: element.initial_value ?? null };
    case "rich_text_input":
      return { type, rich_text_value: element.initial_value ?? null };
    case "static_select":
    case "external_select":
    case "radio_buttons":
      return { type, selected_option: element.initial_option ?? null };
    case "checkboxes":
    case "multi_static_select":
    case "multi_external_select":
      return { type, selected_options: element.initial_options ?? [] };
    case "users_select":
      return { type, selected_user: element.initial_user ?? null };
    case "multi_users_select":
      return { type, selected_users: element.initial_users ?? [] };
    case "channels_select":
      return { type, selected_channel: element.initial_channel ?? null };
    case "multi_channels_select":
      return { type, selected_channels: element.initial_channels ?? [] };
    case "conversations_select": {
      const current = element.default_to_current_conversation ? channel : null;
      return { type, selected_conversation: element.initial_conversation ?? current };
    }
    case "multi_conversations_select":
      return { type, selected_conversations: element.initial_conversations ?? [] };
    case "datepicker":
      return { type, selected_date: element.initial_date ?? null };
    case "timepicker":
      return { type, selected_time: element.initial_time ?? null };
    case "datetimepicker":
      return { type, selected_date_time: element.initial_date_time ?? null };
    case "file_input":
      return { type, files: [] };
    default:
      return null;
  }
}

/** Every element of the blocks that a person can press, choose or fill in. */
export function placedElements(blocks: KnownBlock[]): Placed[] {
  return blocks.flatMap((block): Placed[] => {
    const block_id = block.block_id ?? "";
    if (block.type === "actions") return block.elements.map((element) => ({ block_id, element }));
    if (block.type === "input") return [{ block_id, element: block.element }];
    if (block.type === "section" && block.accessory) return [{ block_id, element: block.accessory }];
    return [];
  });
}

/** `state.values` as Slack sends it: each element that holds a value, with files by their ids. */
export function stateValues(blocks: KnownBlock[], typed: FormValues, channel: string): StateValues {
  const values: StateValues = {};
  for (const { block_id, element } of placedElements(blocks)) {
    const value = typed[block_id]?.[actionId(element)] ?? initialValue(element, channel);
    if (value) (values[block_id] ??= {})[actionId(element)] = sent(value);
  }
  return values;
}

function sent(value: ElementValue): ElementValue {
  if (value.type !== "file_input") return value;
  return { type: value.type, files: (value.files as SlackFile[]).map(({ id }) => id) };
}
