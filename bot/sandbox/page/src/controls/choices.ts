/** Everything one can choose from, whatever Slack calls the element: selects, multi-selects, radio buttons, checkboxes. */
import type { Option } from "@slack/types";
import { plainText } from "../blocks/faithful";
import type { Names } from "../sandbox";
import type { ElementValue } from "../wire/types";
import type { Element } from "./values";

export interface Choice {
  key: string;
  label: string;
  description?: string;
  /** What Slack is sent when this is chosen: an id or the whole option. */
  held: unknown;
}

export interface Choices {
  groups: { label: string; choices: Choice[] }[];
  /** The field of the value that holds what is chosen. */
  field: string;
  many: boolean;
}

export function choicesOf(element: Element, names: Names): Choices | null {
  switch (element.type) {
    case "static_select":
      return { groups: optionGroups(element), field: "selected_option", many: false };
    case "radio_buttons":
      return { groups: oneGroup(element.options.map(optionChoice)), field: "selected_option", many: false };
    case "multi_static_select":
      return { groups: optionGroups(element), field: "selected_options", many: true };
    case "checkboxes":
      return { groups: oneGroup(element.options.map(optionChoice)), field: "selected_options", many: true };
    case "users_select":
      return { groups: oneGroup(people(names)), field: "selected_user", many: false };
    case "multi_users_select":
      return { groups: oneGroup(people(names)), field: "selected_users", many: true };
    case "channels_select":
      return { groups: oneGroup(channels(names)), field: "selected_channel", many: false };
    case "multi_channels_select":
      return { groups: oneGroup(channels(names)), field: "selected_channels", many: true };
    case "conversations_select":
      return { groups: oneGroup(channels(names)), field: "selected_conversation", many: false };
    case "multi_conversations_select":
      return { groups: oneGroup(channels(names)), field: "selected_conversations", many: true };
    default:
      return null;
  }
}

/** The keys of what is chosen now. */
export function chosenKeys({ field, many }: Choices, value: ElementValue | null): string[] {
  const held = value?.[field] ?? null;
  const all = many ? (held as unknown[]) : held === null ? [] : [held];
  return all.map((one) => (typeof one === "string" ? one : ((one as Option).value ?? "")));
}

/** The value once `key` is chosen, or no longer chosen where many may be. */
export function withChosen(choices: Choices, chosen: string[], key: string): Record<string, unknown> {
  const every = choices.groups.flatMap((group) => group.choices);
  if (!choices.many) return { [choices.field]: every.find((choice) => choice.key === key)?.held ?? null };
  const keys = chosen.includes(key) ? chosen.filter((other) => other !== key) : [...chosen, key];
  return { [choices.field]: every.filter((choice) => keys.includes(choice.key)).map((choice) => choice.held) };
}

type Grouped = { options?: Option[]; option_groups?: { label: { text: string }; options: Option[] }[] };

function optionGroups({ options, option_groups }: Grouped): Choices["groups"] {
  if (!option_groups) return oneGroup((options ?? []).map(optionChoice));
  return option_groups.map((group) => ({ label: plainText(group.label.text), choices: group.options.map(optionChoice) }));
}

function optionChoice(option: Option): Choice {
  const { text, value, description } = option;
  return {
    key: value ?? "",
    label: plainText(text.text),
    ...(description && { description: plainText(description.text) }),
    held: option,
  };
}

function people({ users }: Names): Choice[] {
  return Object.values(users)
    .filter(({ kind }) => kind !== "bot")
    .map(({ id, real_name }) => ({ key: id, label: real_name, held: id }));
}

function channels(names: Names): Choice[] {
  return names.channels.map(({ id, name }) => ({ key: id, label: `#${name}`, held: id }));
}

function oneGroup(choices: Choice[]): Choices["groups"] {
  return [{ label: "", choices }];
}
