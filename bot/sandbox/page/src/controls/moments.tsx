/** Days and times, with the browser's own pickers. */
import type { Datepicker, DateTimepicker, Timepicker } from "@slack/types";
import type { ElementValue } from "../wire/types";
import type { ControlProps } from "./control";
import { useElement } from "./surface";

export function MomentControl({ placed, dispatches, naming }: ControlProps<Datepicker | Timepicker | DateTimepicker>) {
  const { value, change } = useElement(placed, dispatches);
  const { input, shown, held } = MOMENTS[placed.element.type];
  return (
    <input
      {...naming}
      className="field moment"
      type={input}
      value={value ? shown(value) : ""}
      onChange={(event) => change(held(event.target.value))}
    />
  );
}

interface Moment {
  input: string;
  shown: (value: ElementValue) => string;
  held: (typed: string) => Record<string, unknown>;
}

const MOMENTS: Record<"datepicker" | "timepicker" | "datetimepicker", Moment> = {
  datepicker: {
    input: "date",
    shown: ({ selected_date }) => (selected_date as string | null) ?? "",
    held: (typed) => ({ selected_date: typed || null }),
  },
  timepicker: {
    input: "time",
    shown: ({ selected_time }) => (selected_time as string | null) ?? "",
    held: (typed) => ({ selected_time: typed || null }),
  },
  // Slack counts seconds since 1970 in UTC; the picker shows the reader's own clock.
  datetimepicker: {
    input: "datetime-local",
    shown: ({ selected_date_time }) => (selected_date_time === null ? "" : localMinute(selected_date_time as number)),
    held: (typed) => ({ selected_date_time: typed ? Math.floor(new Date(typed).getTime() / 1000) : null }),
  },
};

function localMinute(seconds: number): string {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
