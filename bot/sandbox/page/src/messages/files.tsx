/** Files: those a message carries, and those waiting to be sent. */
import type { SlackFile } from "../wire/types";

export function FileCards({ files }: { files: SlackFile[] }) {
  if (!files.length) return null;
  return (
    <div className="files">
      {files.map((file) => (
        <FileCard key={file.id} file={file} />
      ))}
    </div>
  );
}

function FileCard({ file }: { file: SlackFile }) {
  return (
    <div className="file" data-file={file.id}>
      <FileMark name={file.name} />
      <div className="file-text">
        <a href={file.url} target="_blank" rel="noreferrer" className="file-name">{file.title}</a>
        <span className="quiet">{ending(file.name).toUpperCase() || "File"} · {sizeText(file.size)}</span>
      </div>
      <a href={file.url} download={file.name} className="icon" aria-label={`Download ${file.title}`}>↓</a>
    </div>
  );
}

export function FileChips({ files, onRemove }: { files: SlackFile[]; onRemove: (id: string) => void }) {
  if (!files.length) return null;
  return (
    <ul className="chips">
      {files.map(({ id, name, size }) => (
        <li key={id}>
          <FileMark name={name} />
          <span>{name} <span className="quiet">{sizeText(size)}</span></span>
          <button type="button" className="icon" aria-label={`Remove ${name}`} onClick={() => onRemove(id)}>✕</button>
        </li>
      ))}
    </ul>
  );
}

function FileMark({ name }: { name: string }) {
  return <span className="file-mark" aria-hidden="true">{ending(name).slice(0, 4).toUpperCase() || "FILE"}</span>;
}

function ending(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1] ?? "";
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
