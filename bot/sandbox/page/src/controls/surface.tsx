/** A message, dialog or Home tab as something to act in: its values, and pressing one of its elements. */
import { createContext, useContext, useState } from "react";
import { useSandbox } from "../sandbox";
import type { Block, ElementValue, Surface } from "../wire/types";
import { confirmOf, useConfirm } from "./confirm";
import { actionId, initialValue, stateValues, type Element, type FormValues, type Placed } from "./values";

interface Acting {
  surface: Surface;
  value: (placed: Placed) => ElementValue | null;
  set: (placed: Placed, value: ElementValue) => void;
  press: (placed: Placed, action: ElementValue) => Promise<void>;
  /** True from a press until the app's ack: meanwhile Slack takes no second one. */
  isBusy: (placed: Placed) => boolean;
}

const ActingContext = createContext<Acting | null>(null);

interface Props {
  surface: Surface;
  blocks: Block[];
  values: FormValues;
  onValues: (change: (values: FormValues) => FormValues) => void;
  children: React.ReactNode;
}

export function ActingIn({ surface, blocks, values, onValues, children }: Props) {
  const { act, channel } = useSandbox();
  const confirm = useConfirm();
  const [busy, setBusy] = useState<string | null>(null);
  const acting: Acting = {
    surface,
    value: ({ block_id, element }) =>
      values[block_id]?.[actionId(element)] ?? initialValue(element, channel),
    set: (placed, value) => onValues((typed) => withValue(typed, placed, value)),
    press: async (placed, action) => {
      const { block_id, element } = placed;
      if (busy === keyOf(placed) || !(await confirm(confirmOf(element)))) return;
      const holdsValue = initialValue(element, channel) !== null;
      const now = holdsValue ? withValue(values, placed, action) : values;
      if (holdsValue) onValues((typed) => withValue(typed, placed, action));
      const state = stateValues(blocks, now, channel);
      setBusy(keyOf(placed));
      await act({ act: "press", block_id, action_id: actionId(element), action, state, ...surface });
      setBusy(null);
    },
    isBusy: (placed) => busy === keyOf(placed),
  };
  return <ActingContext.Provider value={acting}>{children}</ActingContext.Provider>;
}

export function useActing(): Acting {
  const acting = useContext(ActingContext);
  if (!acting) throw new Error("Elements are drawn inside a message, a dialog or the Home tab.");
  return acting;
}

/** For surfaces that nobody submits: their values live as long as they are drawn. */
export function useOwnValues(): Pick<Props, "values" | "onValues"> {
  const [values, onValues] = useState<FormValues>({});
  return { values, onValues };
}

/**
 * An element's value and how it changes.
 *
 * Outside an input, every choice is an action of its own; inside one, only with `dispatch_action`.
 */
export function useElement(placed: Placed, dispatches: boolean) {
  const { value, set, press } = useActing();
  return {
    value: value(placed),
    change: (held: Omit<ElementValue, "type">) => {
      const next: ElementValue = { type: placed.element.type, ...held };
      if (dispatches) void press(placed, next);
      else set(placed, next);
    },
  };
}

function withValue(values: FormValues, { block_id, element }: Placed<Element>, value: ElementValue): FormValues {
  return { ...values, [block_id]: { ...values[block_id], [actionId(element)]: value } };
}

function keyOf({ block_id, element }: Placed): string {
  return `${block_id} ${actionId(element)}`;
}
