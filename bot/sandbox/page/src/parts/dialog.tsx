/** The app's dialog that is open for this person. */
import { useState } from "react";
import { Blocks } from "../blocks/blocks";
import { plainText } from "../blocks/faithful";
import { ActingIn } from "../controls/surface";
import { stateValues, type FormValues } from "../controls/values";
import { useSandbox } from "../sandbox";
import type { Block, Dialog } from "../wire/types";
import { Sheet } from "./sheet";

/**
 * What was typed is kept by view, so that a dialog covered by another comes back as it was left.
 *
 * An update keeps what was typed too, where `block_id` and `action_id` stay the same: as in Slack.
 */
export function DialogHost({ dialog }: { dialog: Dialog | null }) {
  const [typed, setTyped] = useState<Record<string, FormValues>>({});
  if (!dialog) return null;
  const { id } = dialog.view;
  return (
    <DialogSheet
      key={id}
      dialog={dialog}
      values={typed[id] ?? {}}
      onValues={(change) => setTyped((all) => ({ ...all, [id]: change(all[id] ?? {}) }))}
    />
  );
}

interface Props {
  dialog: Dialog;
  values: FormValues;
  onValues: (change: (values: FormValues) => FormValues) => void;
}

function DialogSheet({ dialog, values, onValues }: Props) {
  const { act, channel } = useSandbox();
  const { view, waiting } = dialog;
  const blocks = view.blocks as Block[];

  const submit = () => void act({ act: "submit", view_id: view.id, state: stateValues(blocks, values, channel) });
  const close = () => void act({ act: "close", view_id: view.id });
  return (
    <Sheet role="dialog" title={plainText(view.title.text)} onClose={close}>
      <form className="sheet-form" noValidate onSubmit={(event) => (event.preventDefault(), submit())}>
        <div className="sheet-body">
          <ActingIn surface={{ view_id: view.id }} blocks={blocks} values={values} onValues={onValues}>
            <Blocks blocks={blocks} errors={dialog.errors} />
          </ActingIn>
        </div>
        <footer className="sheet-foot">
          <button type="button" className="button" onClick={close}>{plainText(view.close?.text ?? "Cancel")}</button>
          {view.submit && (
            <button type="submit" className="button primary" aria-busy={waiting} disabled={waiting}>{plainText(view.submit.text)}</button>
          )}
        </footer>
      </form>
    </Sheet>
  );
}
