/** One element that can be pressed, chosen or filled in, as a real form control. */
import type { ReactNode } from "react";
import { ButtonControl } from "./button";
import { Choose } from "./choose";
import { FileControl } from "./files";
import { MomentControl } from "./moments";
import { OverflowControl } from "./overflow";
import { SearchSelect } from "./search";
import { TextControl } from "./text";
import type { Element, Placed } from "./values";

export interface ControlProps<E extends Element = Element> {
  placed: Placed<E>;
  /** Whether a change is an action by itself. */
  dispatches: boolean;
  /** How the control is found and read out. */
  naming: { id: string; "aria-label"?: string; "aria-labelledby"?: string; "aria-describedby"?: string; "aria-invalid"?: boolean };
}

type Drawn = (props: ControlProps<never>) => ReactNode;

const CONTROLS: Partial<Record<Element["type"], Drawn>> = {
  button: ButtonControl,
  overflow: OverflowControl,
  static_select: Choose,
  external_select: SearchSelect,
  users_select: Choose,
  channels_select: Choose,
  conversations_select: Choose,
  multi_static_select: Choose,
  multi_users_select: Choose,
  multi_channels_select: Choose,
  multi_conversations_select: Choose,
  radio_buttons: Choose,
  checkboxes: Choose,
  plain_text_input: TextControl,
  email_text_input: TextControl,
  url_text_input: TextControl,
  number_input: TextControl,
  rich_text_input: TextControl,
  datepicker: MomentControl,
  timepicker: MomentControl,
  datetimepicker: MomentControl,
  file_input: FileControl,
};

export function isControl(element: { type: string }): element is Element {
  return element.type in CONTROLS;
}

export function Control(props: ControlProps) {
  const Drawn = CONTROLS[props.placed.element.type] as ((props: ControlProps) => ReactNode) | undefined;
  if (!Drawn) return <span className="undrawn">[{props.placed.element.type}]</span>;
  return <Drawn {...props} />;
}
