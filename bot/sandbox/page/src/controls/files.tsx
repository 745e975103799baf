/** A file input: the file goes to the sandbox at once, the dialog holds its id. */
import type { FileInput } from "@slack/types";
import { FileChips } from "../messages/files";
import { useSandbox } from "../sandbox";
import type { SlackFile } from "../wire/types";
import type { ControlProps } from "./control";
import { useElement } from "./surface";

export function FileControl({ placed, dispatches, naming }: ControlProps<FileInput>) {
  const { filetypes, max_files } = placed.element;
  const { upload } = useSandbox();
  const { value, change } = useElement(placed, dispatches);
  const files = (value?.files ?? []) as SlackFile[];

  async function add(input: HTMLInputElement) {
    const chosen = [...(input.files ?? [])];
    // Emptied, so that the same file can be chosen again after it was removed.
    input.value = "";
    const uploaded = await upload(chosen);
    change({ files: [...files, ...uploaded].slice(0, max_files ?? 10) });
  }

  return (
    <div className="file-input">
      <input
        {...naming}
        type="file"
        multiple={max_files !== 1}
        accept={filetypes?.map((ending) => `.${ending}`).join(",")}
        onChange={(event) => void add(event.target)}
      />
      <FileChips files={files} onRemove={(id) => change({ files: files.filter((file) => file.id !== id) })} />
    </div>
  );
}
