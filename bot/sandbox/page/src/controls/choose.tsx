/** Selects as one list box; radio buttons, checkboxes and multi-selects as a group of boxes. */
import type { PlainTextElement } from "@slack/types";
import { plainText } from "../blocks/faithful";
import { useSandbox } from "../sandbox";
import { chosenKeys, choicesOf, withChosen, type Choices } from "./choices";
import type { ControlProps } from "./control";
import { useElement } from "./surface";

export function Choose({ placed, dispatches, naming }: ControlProps) {
  const names = useSandbox();
  const { value, change } = useElement(placed, dispatches);
  const choices = choicesOf(placed.element, names);
  if (!choices) return null;
  const chosen = chosenKeys(choices, value);
  const choose = (key: string) => change(withChosen(choices, chosen, key));
  const asList = placed.element.type.endsWith("_select") && !choices.many;
  const List = asList ? ListBox : Boxes;
  return <List {...{ choices, chosen, choose, naming }} placeholder={placeholderOf(placed.element)} />;
}

interface ListProps {
  choices: Choices;
  chosen: string[];
  choose: (key: string) => void;
  naming: ControlProps["naming"];
  placeholder: string;
}

function ListBox({ choices, chosen, choose, naming, placeholder }: ListProps) {
  return (
    <select {...naming} className="field list" value={chosen[0] ?? ""} onChange={(event) => choose(event.target.value)}>
      <option value="">{placeholder}</option>
      {choices.groups.map((group) =>
        group.label ? (
          <optgroup key={group.label} label={group.label}>{optionsOf(group.choices)}</optgroup>
        ) : (
          optionsOf(group.choices)
        ),
      )}
    </select>
  );
}

function optionsOf(choices: Choices["groups"][number]["choices"]) {
  return choices.map(({ key, label }) => <option key={key} value={key}>{label}</option>);
}

function Boxes({ choices, chosen, choose, naming }: ListProps) {
  const { id, ...named } = naming;
  return (
    <div role={choices.many ? "group" : "radiogroup"} className="boxes" {...named}>
      {choices.groups.flatMap((group) => group.choices).map(({ key, label, description }) => (
        <label key={key} className="box">
          <input
            type={choices.many ? "checkbox" : "radio"}
            name={id}
            checked={chosen.includes(key)}
            onChange={() => choose(key)}
          />
          <span>
            {label}
            {description && <small>{description}</small>}
          </span>
        </label>
      ))}
    </div>
  );
}

function placeholderOf(element: object): string {
  const placeholder = (element as { placeholder?: PlainTextElement }).placeholder;
  return plainText(placeholder?.text ?? "Choose an option");
}
