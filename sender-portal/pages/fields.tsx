import type { ComponentChildren, VNode } from 'preact';
import type { FieldProblem } from '../drafts/draft-problems.js';
import type { PageContext } from './page-context.js';

/** A field with its label, help and mistake. */
export interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly help?: string;
  readonly type?: 'text' | 'email' | 'tel' | 'number' | 'date' | 'datetime-local';
  readonly autocomplete?: string;
  readonly inputMode?: 'numeric' | 'text';
  /** Says that the field may be empty. */
  readonly isOptional?: boolean;
  readonly maxLength?: number;
  /** Of a few characters: the field is no wider than they need. */
  readonly isShort?: boolean;
  readonly rows?: number;
  readonly problems: readonly FieldProblem[];
  /** A remark that does not keep the form from being sent. */
  readonly warning?: string | undefined;
  readonly context: PageContext;
}

export function Field(props: FieldProps): VNode {
  const { id, label, value, help, warning, rows, context } = props;
  const { mistakes, ofInput } = mistakesOf(props);
  const classes = props.isShort === true ? 'ds-input portal-short' : 'ds-input';
  const common = { ...ofInput, class: classes, name: id, maxLength: props.maxLength };
  const remark = props.isOptional === true && (
    <span class="portal-optional"> ({context.texts.optional})</span>
  );
  return (
    <div class="ds-field">
      <LabelAndHelp id={id} label={label} help={help} remark={remark} />
      {rows === undefined ? (
        <input
          {...common}
          type={props.type ?? 'text'}
          value={value}
          autocomplete={props.autocomplete ?? 'off'}
          inputMode={props.inputMode}
        />
      ) : (
        <textarea {...common} rows={rows} value={value} />
      )}
      <Mistakes id={id} mistakes={mistakes} />
      {warning !== undefined && (
        <div class="ds-alert portal-warning" data-color="warning" data-size="sm" id={`${id}-warning`}>
          <p class="ds-paragraph">{warning}</p>
        </div>
      )}
    </div>
  );
}

/** A field for files. */
export function FileField(props: {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  /** The types that the browser offers. */
  readonly accept: string;
  readonly isMultiple?: boolean;
  readonly problems: readonly FieldProblem[];
}): VNode {
  const { id, label, help, accept, isMultiple = false } = props;
  const { mistakes, ofInput } = mistakesOf(props);
  return (
    <div class="ds-field">
      <LabelAndHelp id={id} label={label} help={help} />
      <input {...ofInput} type="file" name={id} accept={accept} multiple={isMultiple} />
      <Mistakes id={id} mistakes={mistakes} />
    </div>
  );
}

function LabelAndHelp({
  id,
  label,
  help,
  remark,
}: {
  readonly id: string;
  readonly label: string;
  readonly help: string | undefined;
  readonly remark?: ComponentChildren;
}): VNode {
  return (
    <>
      <label class="ds-label" for={id}>
        {label}
        {remark}
      </label>
      {help !== undefined && (
        <div data-field="description" id={`${id}-help`}>
          {help}
        </div>
      )}
    </>
  );
}

/** The mistakes of a field, and what its input says of itself: the ids of what says more, and whether it is wrong. */
function mistakesOf(field: {
  readonly id: string;
  readonly help?: string | undefined;
  readonly problems?: readonly FieldProblem[];
  readonly warning?: string | undefined;
}) {
  const { id, help, problems = [], warning } = field;
  const mistakes = problems.filter((problem) => problem.field === id);
  const ids = [
    ...(help === undefined ? [] : [`${id}-help`]),
    ...(mistakes.length === 0 ? [] : [`${id}-problem`]),
    ...(warning === undefined ? [] : [`${id}-warning`]),
  ];
  const ofInput = {
    class: 'ds-input',
    id,
    'aria-describedby': ids.length === 0 ? undefined : ids.join(' '),
    'aria-invalid': mistakes.length > 0 ? ('true' as const) : undefined,
  };
  return { mistakes, ofInput };
}

function Mistakes({
  id,
  mistakes,
}: {
  readonly id: string;
  readonly mistakes: readonly FieldProblem[];
}): VNode | null {
  if (mistakes.length === 0) return null;
  return (
    <div class="ds-validation-message" data-field="validation" id={`${id}-problem`}>
      {mistakes.map(({ text, detail }) => (
        <span key={text}>
          {text} {detail !== undefined && <span lang="en">{detail}</span>}
        </span>
      ))}
    </div>
  );
}

/** A radio button or check box with its label. */
export function Choice(props: {
  readonly id: string;
  readonly type: 'radio' | 'checkbox';
  readonly name: string;
  readonly value: string;
  readonly label: string;
  readonly help?: string;
  readonly isChosen: boolean;
  /** The group's mistake is shown at its first choice. */
  readonly problems?: readonly FieldProblem[];
}): VNode {
  const { id, type, name, value, label, help, isChosen } = props;
  const { mistakes, ofInput } = mistakesOf(props);
  return (
    <div class="ds-field">
      <input {...ofInput} type={type} name={name} value={value} checked={isChosen} />
      <label class="ds-label" data-weight="regular" for={id}>
        {label}
      </label>
      {help !== undefined && (
        <div data-field="description" id={`${id}-help`}>
          {help}
        </div>
      )}
      <Mistakes id={id} mistakes={mistakes} />
    </div>
  );
}

/** Every mistake of a form, with a link to its field. */
export function ErrorSummary({
  problems,
  hrefOf = ({ field }) => `#${field}`,
  context,
}: {
  readonly problems: readonly FieldProblem[];
  /** Absent: the fields are on the same page. */
  readonly hrefOf?: (problem: FieldProblem) => string;
  readonly context: PageContext;
}): VNode | null {
  if (problems.length === 0) return null;
  return (
    <section class="ds-error-summary" role="alert" tabIndex={-1} aria-labelledby="error-summary">
      <h2 class="ds-heading" data-size="xs" id="error-summary">
        {context.texts.errorSummary}
      </h2>
      <ul class="ds-list">
        {problems.map((problem) => (
          <li key={`${problem.field} ${problem.text}`}>
            <a class="ds-link" href={hrefOf(problem)}>
              {problem.owner === undefined ? problem.text : `${problem.owner}: ${problem.text}`}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A message in a coloured box. */
export function Alert({
  color,
  children,
}: {
  readonly color: 'info' | 'success' | 'warning' | 'danger';
  readonly children: ComponentChildren;
}): VNode {
  return (
    <div class="ds-alert" data-color={color}>
      <div>{children}</div>
    </div>
  );
}

/** A button that sends its form, with what it asks for. */
export function Button({
  action,
  text,
  variant = 'primary',
  label,
  size,
}: {
  readonly action?: string;
  readonly text: string;
  readonly variant?: 'primary' | 'secondary' | 'tertiary';
  /** The name for screen readers, where several buttons have the same text. */
  readonly label?: string;
  readonly size?: 'sm';
}): VNode {
  return (
    <button
      class="ds-button"
      type="submit"
      data-variant={variant}
      data-size={size}
      name={action === undefined ? undefined : 'action'}
      value={action}
      aria-label={label}
    >
      {text}
    </button>
  );
}
