/** What went wrong, as Slack tells the person: small, over the page's foot, until put away. */

export interface Notice {
  id: string;
  text: string;
}

export function Notices({ notices, onDismiss }: { notices: Notice[]; onDismiss: (id: string) => void }) {
  return (
    <div className="notices" role="status" aria-label="Notices">
      {notices.map(({ id, text }) => (
        <div key={id} className="notice">
          <p>{text}</p>
          <button type="button" className="icon" aria-label="Dismiss" onClick={() => onDismiss(id)}>✕</button>
        </div>
      ))}
    </div>
  );
}
