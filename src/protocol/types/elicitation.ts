/** A text in a form; lengths are in characters. */
export interface StringField {
  type: 'string';
  title?: string;
  description?: string;
  minLength?: number;
  maxLength?: number;
  format?: 'email' | 'uri' | 'date' | 'date-time';
  default?: string;
}

/** A number in a form. */
export interface NumberField {
  type: 'number' | 'integer';
  title?: string;
  description?: string;
  minimum?: number;
  maximum?: number;
  default?: number;
}

/** A yes or no in a form. */
export interface BooleanField {
  type: 'boolean';
  title?: string;
  description?: string;
  default?: boolean;
}

/** A choice of one string. `enumNames` are titles in the form of earlier revisions. */
export interface EnumField {
  type: 'string';
  title?: string;
  description?: string;
  enum: string[];
  enumNames?: string[];
  default?: string;
}

/** A choice of one string, each with a title for the user. */
export interface TitledEnumField {
  type: 'string';
  title?: string;
  description?: string;
  oneOf: { const: string; title: string }[];
  default?: string;
}

/** A choice of any number of strings. */
export interface MultiSelectField {
  type: 'array';
  title?: string;
  description?: string;
  items: { type: 'string'; enum: string[] } | { anyOf: { const: string; title: string }[] };
  minItems?: number;
  maxItems?: number;
  default?: string[];
}

/** A property of a form. */
export type FormField =
  StringField | NumberField | BooleanField | EnumField | TitledEnumField | MultiSelectField;

/**
 * The flat schema a form question carries.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#requested-schema
 */
export interface FormSchema {
  type: 'object';
  properties: Record<string, FormField>;
  required?: string[];
}

/** The params of a question that the user answers by filling in a form. */
export interface FormElicitation {
  mode?: 'form';
  message: string;
  requestedSchema: FormSchema;
}

/** The params of a question that the user answers by opening a URL. */
export interface UrlElicitation {
  mode: 'url';
  message: string;
  url: string;
}

/** The value of one form field in an answer. */
export type FormValue = string | number | boolean | string[];

/**
 * The client's answer to either kind of elicitation.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#response-actions
 */
export interface ElicitResult {
  action: 'accept' | 'decline' | 'cancel';
  content?: Record<string, FormValue>;
}
