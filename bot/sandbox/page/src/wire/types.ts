/**
 * What the sandbox's control interface says (`bot/sandbox/control.py`).
 *
 * Slack's own words stay as Slack has them; their shapes come from Slack's `@slack/types`.
 */
import type { HomeView, KnownBlock, ModalView, PlainTextElement, PlainTextOption } from "@slack/types";

export type Block = KnownBlock;

export interface Person {
  id: string;
  name: string;
  real_name: string;
  kind: "member" | "guest" | "stranger" | "bot";
}

export interface Channel {
  id: string;
  name: string;
  is_member: boolean;
}

export interface SlackFile {
  id: string;
  /** Under which it is kept. */
  name: string;
  /** As people see it. */
  title: string;
  mimetype: string;
  /** Bytes. */
  size: number;
  url: string;
}

export interface Attachment {
  color?: string;
  fallback?: string;
  pretext?: string;
  title?: string;
  text?: string;
  blocks?: Block[];
}

export interface Message {
  channel: string;
  ts: string;
  /** The first message of the thread; null outside a thread. The first message may name itself. */
  thread_ts: string | null;
  user: string;
  text: string;
  blocks: Block[];
  attachments: Attachment[];
  files: SlackFile[];
  reactions: { name: string; users: string[] }[];
  edited: boolean;
  ephemeral: boolean;
  is_bot: boolean;
}

export type Modal = ModalView & { id: string };
export type Home = HomeView & { id: string };
export type Errors = Record<string, string>;

export interface Dialog {
  view: Modal;
  /** What the app found wrong, by `block_id`. */
  errors: Errors;
  /** True until the app answers. */
  waiting: boolean;
}

export interface Shortcut {
  callback_id: string;
  name: string;
  type: "message" | "global";
}

export interface View {
  team: { id: string; name: string };
  me: string;
  channel: string;
  users: Record<string, Person>;
  channels: Channel[];
  messages: Message[];
  dialog: Dialog | null;
  home: Home | null;
  /** What `<!subteam^S…>` names. */
  groups?: { id: string; handle: string }[];
  /** What the app offers on messages. */
  shortcuts?: Shortcut[];
  commands: { command: string; description: string; usage_hint: string }[];
  /** What Slack tells this person went wrong. */
  notices: { id: string; text: string }[];
}

/** An element's value as Slack has it in `view.state.values` and in an action. */
export interface ElementValue {
  type: string;
  [field: string]: unknown;
}

/** `block_id` to `action_id` to value: Slack's `state.values`. */
export type StateValues = Record<string, Record<string, ElementValue>>;

/** Where an element stands. */
export type Surface = { channel: string; ts: string } | { view_id: string };

export type Act =
  | { act: "slash"; channel: string; command: string; text: string }
  | ({ act: "press"; block_id: string; action_id: string; action: ElementValue; state: StateValues } & Surface)
  | ({ act: "suggest"; block_id: string; action_id: string; words: string } & Surface)
  | { act: "submit"; view_id: string; state: StateValues }
  | { act: "close"; view_id: string }
  | { act: "reply"; channel: string; thread_ts: string | null; text: string; files: string[] }
  | { act: "shortcut"; callback_id: string; channel: string; ts: string }
  | { act: "open_home" }
  | { act: "dismiss"; id: string };

export interface OptionGroup {
  label: PlainTextElement;
  options: PlainTextOption[];
}

export interface Answer {
  ok: boolean;
  error?: string;
  errors?: Errors;
  /** What the app offers in a select, whichever of the two it answered. */
  options?: PlainTextOption[];
  option_groups?: OptionGroup[];
}
