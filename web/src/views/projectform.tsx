// The fields of a project, for making one and for changing one.
import type { ComponentChildren } from "preact";
import { t, type TextKey } from "../i18n";
import type { FormField, ProjectForm } from "../state/project";

interface FieldsProps {
  form: ProjectForm;
  wrong: FormField[];
  change: (part: Partial<ProjectForm>) => void;
}

function Label({ text, wrong, children }: { text: TextKey; wrong?: TextKey | undefined; children: ComponentChildren }) {
  return (
    <label class="col label">
      <span class="sm dim">{t(text)}</span>
      {children}
      {wrong !== undefined && (
        <span class="sm c-fail" role="alert">
          {t(wrong)}
        </span>
      )}
    </label>
  );
}

interface LineProps extends FieldsProps {
  of: FormField;
  text: TextKey;
  max: number;
  why?: TextKey;
  type?: string;
}

function Line({ form, wrong, change, of, text, max, why, type = "text" }: LineProps) {
  const bad = wrong.includes(of);
  return (
    <Label text={text} wrong={bad ? why : undefined}>
      <input class="field" type={type} value={form[of]} maxLength={max} aria-invalid={bad} onInput={(e) => change({ [of]: e.currentTarget.value })} data-test={`project-${of}`} />
    </Label>
  );
}

function Choice({ form, change, of, text, words }: { form: ProjectForm; change: FieldsProps["change"]; of: FormField; text: TextKey; words: [string, TextKey][] }) {
  return (
    <Label text={text}>
      <select class="field" value={form[of]} onChange={(e) => change({ [of]: e.currentTarget.value })} data-test={`project-${of}`}>
        {words.map(([value, key]) => (
          <option key={value} value={value}>
            {t(key)}
          </option>
        ))}
      </select>
    </Label>
  );
}

export function MainFields(p: FieldsProps) {
  return (
    <>
      <Line {...p} of="title" text="project_title" max={60} />
      <Line {...p} of="customer" text="customer" max={40} />
    </>
  );
}

export function OtherFields(p: FieldsProps) {
  return (
    <div class="fields">
      <Line {...p} of="number" text="project_number" max={40} why="project_number_taken" />
      <Line {...p} of="park" text="project_park" max={40} />
      <Line {...p} of="address" text="project_address" max={100} />
      <Line {...p} of="place" text="project_place" max={40} why="project_place_bad" />
      <Line {...p} of="voltage" text="project_voltage" max={12} why="number_bad" />
      <Line {...p} of="capacity" text="project_capacity" max={12} why="number_bad" />
      <Line {...p} of="load" text="project_load" max={40} />
      <Choice
        {...p}
        of="importance"
        text="project_importance"
        words={[
          ["0", "importance_0"],
          ["1", "importance_1"],
          ["2", "importance_2"],
          ["3", "importance_3"],
        ]}
      />
      <Choice
        {...p}
        of="sources"
        text="project_sources"
        words={[
          ["1", "sources_1"],
          ["2", "sources_2"],
        ]}
      />
      <Line {...p} of="wanted" text="project_wanted" max={10} type="date" />
    </div>
  );
}
